import IndexMap
import Merkle
import TestSupport

/// A map with the rows that belong to it, grown by epochs as an indexer grows one.
struct TestMap {
    var trie = IndexTrie()
    var rows = MemoryRows()

    /// Adds the records of the leaves up to `size`; rows first, as a ledger does.
    mutating func add(_ records: [IndexRecord], to size: UInt64) throws {
        rows.ingest(records)
        let change = try trie.change(adding: records.sorted(), to: size, reading: rows)
        trie.apply(change)
        rows.keep(change.lists, change.tiles)
    }

    /// The map of records that all come at once.
    init(_ records: [IndexRecord] = [], size: UInt64 = 0) throws {
        if size > 0 { try add(records, to: size) }
    }

    /// The records of the leaves that the map covers.
    var covered: [IndexRecord] { rows.records.filter { $0.index < trie.size } }

    /// The indexes of the entries with a key, as the rows say.
    func indexes(of key: IndexKey) -> [UInt64] {
        covered.filter { $0.key == key }.map(\.index)
    }
}
