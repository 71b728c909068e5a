package import Merkle
package import Provenance
import RocksDB

extension Store {
    /// What there is of an entry's manifest; nil where it has none beside it.
    ///
    /// - Parameter erased: manifests of which rows may have the bytes yet, with their erasures.
    package func manifest(
        at index: UInt64, without erased: [Hash: EntryID]
    ) throws(LedgerError) -> ManifestLookup? {
        guard let row = try value(StoreLayout.key(index), in: manifests) else { return nil }
        return try ManifestRow.read(row, at: index, without: erased)
    }

    /// Whether the row of an entry says that its manifest is erased.
    package func isManifestErased(at index: UInt64) throws(LedgerError) -> Bool {
        try reading { () throws(RocksDBError) in
            try database.withValue(for: StoreLayout.key(index), in: manifests) {
                $0.count > 0 && $0[0] == ManifestRow.erasedKind
            }
        } ?? false
    }

    /// Returns the entries of a range whose rows say that their manifests are not here, in order.
    ///
    /// As many as the range has are in memory: a bundle's, usually.
    package func entriesWithoutManifest(
        in range: Range<UInt64>
    ) throws(LedgerError) -> [UInt64] {
        var entries: [UInt64] = []
        try forEach(in: manifests, from: range.lowerBound, to: range.upperBound) {
            index, row throws(LedgerError) in
            if row == ManifestRow.notHere { entries.append(index) }
        }
        return entries
    }

    /// Writes the files anew that have the manifests of these entries, without what was erased.
    package func compactManifests(of entries: ClosedRange<UInt64>) throws(LedgerError) {
        try reading { () throws(RocksDBError) in
            try database.compact(
                manifests, from: StoreLayout.key(entries.lowerBound),
                through: StoreLayout.key(entries.upperBound))
        }
    }
}
