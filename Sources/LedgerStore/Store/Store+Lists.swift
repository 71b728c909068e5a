import IndexMap
import Merkle
import RocksDB

extension Store {
    /// Which entries can be listed by rows, as the store has it.
    package func keysCover() throws(LedgerError) -> KeysCover {
        KeysCover(end: try keysEnd(), migration: try migration())
    }

    /// The entries of a list that have rows, from `start` to below `end`, rising, at most `limit`.
    ///
    /// None is listed twice, and none below `cover` is missing: below ``KeysCover/oldEnd`` the rows
    /// of format 1 are asked, above it those of `keys`. A store that is closed answers nothing,
    /// also where no rows would be asked.
    package func entries(
        of name: ListedName, in cover: KeysCover, from start: UInt64, below end: UInt64,
        limit: Int
    ) throws(LedgerError) -> [UInt64] {
        try reading { () throws(RocksDBError) in try database.requireOpen() }
        var found = try oldEntries(
            of: name, from: start, below: min(end, cover.oldEnd), limit: limit)
        found += try indexes(
            below: name.key.hash.bytes, in: keys, max(start, cover.oldEnd), min(end, cover.end),
            limit - found.count)
        return found
    }

    private func oldEntries(
        of name: ListedName, from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [UInt64] {
        guard start < end else { return [] }
        guard let subjects = old?.subjects, let threads = old?.threads else {
            throw .corrupt("rows of format 1 are gone before their migration was complete")
        }
        return switch name {
        case .artifact(let digest):
            try indexes(below: digest.bytes, in: subjects, start, end, limit)
        case .thread(let kind, let text):
            try indexes(below: kind.prefix(of: text), in: threads, start, end, limit)
        }
    }

    /// The indexes at the end of keys that begin with `prefix`.
    private func indexes(
        below prefix: [UInt8], in family: ColumnFamily, _ start: UInt64, _ end: UInt64,
        _ limit: Int
    ) throws(LedgerError) -> [UInt64] {
        guard start < end, limit > 0 else { return [] }
        return try keys(
            in: family, from: prefix + StoreLayout.key(start), to: prefix + StoreLayout.key(end),
            limit: limit
        ).map { key throws(LedgerError) in
            try Self.index(Array(key.suffix(8)), of: family.name)
        }
    }
}
