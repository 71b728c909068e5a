package import Encoding
package import Merkle
import RocksDB

extension Store {
    /// The entries that name an artifact, from `start` to below `end`, rising, at most `limit`.
    package func entries(
        naming artifact: Hash, from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [UInt64] {
        try indexes(below: artifact.bytes, in: subjects, start, end, limit)
    }

    /// The entries of a thread, from `start` to below `end`, rising, at most `limit`.
    package func entries(
        of thread: ThreadKind, _ name: Text, from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [UInt64] {
        try indexes(below: thread.prefix(of: name), in: threads, start, end, limit)
    }

    /// Number of entries whose rows of `threads` are written.
    package func threadsIndexed() throws(LedgerError) -> UInt64 {
        try value(StoreLayout.MetaName.threadsIndexed, in: meta)
            .flatMap { StoreLayout.number($0) } ?? 0
    }

    /// The indexes at the end of keys that begin with `prefix`.
    private func indexes(
        below prefix: [UInt8], in family: ColumnFamily, _ start: UInt64, _ end: UInt64,
        _ limit: Int
    ) throws(LedgerError) -> [UInt64] {
        guard start < end else { return [] }
        return try keys(
            in: family, from: prefix + StoreLayout.key(start), to: prefix + StoreLayout.key(end),
            limit: limit
        ).map { key throws(LedgerError) in
            try Self.index(Array(key.suffix(8)), of: family.name)
        }
    }
}
