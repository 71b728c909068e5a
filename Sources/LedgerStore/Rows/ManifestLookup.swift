public import Merkle
public import Provenance

/// What the ledger has of an entry's manifest.
public enum ManifestLookup: Hashable, Sendable {
    /// The bytes, and their SHA-256.
    case present([UInt8], digest: Hash)

    /// The bytes were removed by this statement.
    case erased(by: EntryID)

    /// The entry was put back after a loss, and its manifest was not.
    case notHere
}
