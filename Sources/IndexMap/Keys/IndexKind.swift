/// What a key of the index is a key of (index.md §1).
public enum IndexKind: UInt8, Hashable, Sendable, CaseIterable {
    /// The SHA-256 of an artifact: each subject of a statement.
    case artifact = 0

    /// The thread that a statement belongs to, its `sub`.
    case sub = 1

    /// The issuer of a statement, its `iss`.
    case iss = 2

    /// One copy of an edition, or as copy 0 the edition itself.
    case title = 3
}
