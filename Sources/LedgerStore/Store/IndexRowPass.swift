package import IndexMap
package import Merkle
import RocksDB

/// The rows of the index as the indexer reads them: the records of all buckets by one iterator.
///
/// An epoch asks for its buckets in the order of their keys. One iterator that goes on often stands
/// in the very block of a table that is asked for next; a new one for each bucket would look for
/// its way through all tables again. Hardly a block is asked for by two epochs before others have
/// taken its room, so none is put into the block cache.
///
/// It sees `keys` as it was when the pass was made, and lists and tiles as they are. It holds the
/// tables of that moment on the disk, so it must not outlive its epoch. For one thread.
package final class IndexRowPass: IndexRows {
    /// Records for which room is made at first: those of a bucket, and one more.
    private static let usualRecords = 65

    private let store: Store
    private let stored: StoredIndexRows
    private var rows: Iterator

    /// The key from which on is read; its memory is used again.
    private var start: [UInt8] = []

    /// Begins a pass over the rows as they are now.
    package init(_ store: Store) throws(LedgerError) {
        self.store = store
        stored = StoredIndexRows(store)
        rows = try store.reading { () throws(RocksDBError) in
            try Iterator(over: store.keys, of: store.database, fillsCache: false)
        }
    }

    package func records(
        in prefix: IndexPrefix, after record: IndexRecord?, below size: UInt64, limit: Int
    ) throws(LedgerError) -> [IndexRecord] {
        KeyRow.write(record ?? IndexRecord(key: prefix.first, index: 0), to: &start)
        // The next key in order, whose bytes may be those of a number that does not exist.
        if record != nil { start.append(0) }
        var records: [IndexRecord] = []
        records.reserveCapacity(min(limit, Self.usualRecords))
        var isDamaged = false
        try store.reading { () throws(RocksDBError) in
            try rows.seek(to: start)
            while rows.isValid {
                var read: (key: IndexKey, number: UInt64)?
                rows.withKey { read = KeyRow.read($0) }
                guard let row = read else {
                    isDamaged = true
                    return
                }
                if !row.key.isMark {
                    guard row.key <= prefix.last else { return }
                    if row.number < size {
                        records.append(IndexRecord(key: row.key, index: row.number))
                    }
                    guard records.count < limit else { return }
                }
                try rows.next()
            }
        }
        if isDamaged { throw .corrupt("a row of keys is not 40 bytes; run colophond fsck") }
        return records
    }

    package func list(of key: IndexKey) throws(LedgerError) -> IndexList? {
        try stored.list(of: key)
    }

    package func indexes(
        of key: IndexKey, at positions: Range<UInt64>
    ) throws(LedgerError) -> [UInt64] {
        try stored.indexes(of: key, at: positions)
    }

    package func tile(of key: IndexKey, _ id: TileID) throws(LedgerError) -> [Hash]? {
        try stored.tile(of: key, id)
    }

    package func root(of key: IndexKey, _ id: TileID) throws(LedgerError) -> Hash? {
        try stored.root(of: key, id)
    }
}
