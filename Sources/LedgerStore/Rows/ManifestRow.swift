package import Merkle
package import Provenance

/// The value of a row of `manifests`: 0 and the bytes, 1 and the erasure's EntryID, or 2 alone
/// where the entry came back without its manifest (``Recovery``).
package enum ManifestRow {
    /// The row of an entry that came back without its manifest.
    static let notHere: [UInt8] = [2]

    /// The first byte of the row of an entry whose manifest is there.
    static let presentKind: UInt8 = 0

    /// The first byte of the row of an entry whose manifest is erased.
    static let erasedKind: UInt8 = 1

    /// The row of an entry whose manifest this statement has erased.
    static func erased(by erasure: EntryID) -> [UInt8] {
        [erasedKind] + erasure.hash.bytes
    }

    /// Reads a row; bytes whose digest is among the `erased` are as good as gone.
    package static func read(
        _ row: [UInt8], at index: UInt64, without erased: [Hash: EntryID]
    ) throws(LedgerError) -> ManifestLookup {
        switch row.first {
        case presentKind:
            let bytes = Array(row.dropFirst())
            let digest = Hash.sha256(bytes)
            if let erasure = erased[digest] { return .erased(by: erasure) }
            return .present(bytes, digest: digest)
        case erasedKind:
            guard let hash = Hash(row.dropFirst()) else { break }
            return .erased(by: EntryID(hash))
        case 2 where row.count == 1: return .notHere
        default: break
        }
        throw .corrupt("the manifest row of entry \(index) cannot be read")
    }
}
