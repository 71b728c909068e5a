package import IndexMap
package import Merkle
package import RocksDB

/// The rows of the index as the map reads them: of one moment where there is a snapshot, else the
/// newest.
package struct StoredIndexRows: IndexRows {
    private let store: Store
    private let snapshot: Snapshot?

    package init(_ store: Store, as snapshot: Snapshot? = nil) {
        self.store = store
        self.snapshot = snapshot
    }

    package func records(
        in prefix: IndexPrefix, after record: IndexRecord?, below size: UInt64, limit: Int
    ) throws(LedgerError) -> [IndexRecord] {
        var start = KeyRow.key(prefix.first, 0)
        if let record {
            // The next key in order, whose bytes may be those of a number that does not exist.
            start = KeyRow.key(record.key, record.index) + [0]
        }
        let end = KeyRow.key(prefix.last, .max) + [0]
        var records: [IndexRecord] = []
        try rows(from: start, to: end) { key, index in
            if index < size { records.append(IndexRecord(key: key, index: index)) }
            return records.count < limit
        }
        return records
    }

    package func list(of key: IndexKey) throws(LedgerError) -> IndexList? {
        guard let families = store.index, let row = try value(key.hash.bytes, in: families.lists)
        else { return nil }
        guard let list = IndexList(of: key, row: row) else {
            throw .corrupt("the list of key \(key.hash) cannot be read; run colophond fsck")
        }
        return list
    }

    package func indexes(
        of key: IndexKey, at positions: Range<UInt64>
    ) throws(LedgerError) -> [UInt64] {
        guard !positions.isEmpty else { return [] }
        let (start, first) = try place(of: key, before: positions.lowerBound)
        var position = start
        var indexes: [UInt64] = []
        try rows(from: KeyRow.key(key, first), to: KeyRow.key(key, .max) + [0]) { _, index in
            if positions.contains(position) { indexes.append(index) }
            position += 1
            return position < positions.upperBound
        }
        return indexes
    }

    package func tile(of key: IndexKey, _ id: TileID) throws(LedgerError) -> [Hash]? {
        try row(of: key, id)?.hashes
    }

    /// Reads a tile once, for as long as its root is among those that were asked for last.
    package func root(of key: IndexKey, _ id: TileID) throws(LedgerError) -> Hash? {
        let row = ListTileRow.key(key, id)
        if let kept = store.listTileRoots[row] { return kept }
        guard let tile = try tile(of: key, id), tile.count == TileID.width else { return nil }
        let root = TileMiddles.root(over: tile[...])
        store.listTileRoots.keep(root, of: row)
        return root
    }

    /// The row of a full tile; nil where none is stored.
    func row(of key: IndexKey, _ id: TileID) throws(LedgerError) -> ListTileRow? {
        guard let families = store.index,
            let value = try value(ListTileRow.key(key, id), in: families.tiles)
        else { return nil }
        guard let row = ListTileRow(value) else {
            throw .corrupt("a tile of the list of key \(key.hash) cannot be read")
        }
        return row
    }

    /// A position of a list at or before another one, and the index of its entry: the beginning of
    /// the last full tile there.
    private func place(
        of key: IndexKey, before position: UInt64
    ) throws(LedgerError) -> (position: UInt64, first: UInt64) {
        let tile = position / UInt64(TileID.width)
        // The tile of the position itself may not be full, the one before it always is.
        for index in [tile, tile &- 1] where index <= tile {
            if let row = try row(of: key, TileID(level: 0, index: index)) {
                return (index * UInt64(TileID.width), row.first)
            }
        }
        return (0, 0)
    }

    private func value(
        _ key: [UInt8], in family: ColumnFamily
    ) throws(LedgerError) -> [UInt8]? {
        try store.reading { () throws(RocksDBError) in
            try store.database.get(key, in: family, snapshot: snapshot)
        }
    }

    /// Calls `body` with key and index of rows of `keys` as long as it returns true.
    private func rows(
        from start: [UInt8], to end: [UInt8], _ body: (IndexKey, UInt64) -> Bool
    ) throws(LedgerError) {
        var isDamaged = false
        try store.reading { () throws(RocksDBError) in
            var rows = try Iterator(
                over: store.keys, of: store.database, lowerBound: start, upperBound: end,
                snapshot: snapshot)
            try rows.seekToFirst()
            while rows.isValid {
                var read: (key: IndexKey, number: UInt64)?
                rows.withKey { read = KeyRow.read($0) }
                guard let row = read else {
                    isDamaged = true
                    return
                }
                guard row.key.isMark || body(row.key, row.number) else { return }
                try rows.next()
            }
        }
        if isDamaged { throw .corrupt("a row of keys is not 40 bytes; run colophond fsck") }
    }
}
