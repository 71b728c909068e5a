/// One thing in a store that is not as it must be.
public struct CheckFinding: Hashable, Sendable, CustomStringConvertible {
    /// The rule that is broken; `Schemas/storage.md` has the table.
    public enum Rule: String, Hashable, Sendable {
        /// A row that must be there is not.
        case missing
        /// A row is there that nothing in the log accounts for.
        case extra
        /// A key or value does not have its form.
        case malformed
        /// Bytes do not hash to what the tree has.
        case hash
        /// A head's root is not that of the tree at its size.
        case root
        /// A head's note is not one of the log key in force at its size.
        case note
        /// A head's receipt signature is not one of the receipt key in force at its size.
        case receipt
        /// A head is older than the one before it.
        case time
        /// A row leads to another entry than the leaf says.
        case index
        /// A control statement does not follow from those before it.
        case control
        /// A manifest is not the one whose digest the leaf has.
        case manifest
        /// A manifest is erased without a statement that says so, or is not although one does.
        case erasure
        /// A statement is not one that the registry at its index admits.
        case statement
        /// An index head stands where it must not (index.md §9).
        case head
        /// The map that an index head says is not that of the entries, or a list is not the map's.
        case map
        /// The disk does not give these rows back.
        case unreadable
        /// A row or family that this version does not know.
        case unknown
    }

    /// The column family, or `highwater` for the file beside the store.
    public let family: String

    /// The row: an index or size in decimal, digests in hexadecimal, parts joined by `/`.
    public let key: String

    /// The rule that is broken.
    public let rule: Rule

    /// The finding in one line; it may quote stored bytes.
    public let detail: String

    /// One line: family, key and detail.
    public var description: String { "\(family) \(key): \(detail) [\(rule.rawValue)]" }
}
