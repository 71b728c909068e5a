package import IndexMap
package import Merkle
import Provenance
import RocksDB

/// The rows of the index: heads, lists and their tiles.
extension Store {
    /// The newest index head, as the store has it; nil where none is logged.
    package func newestIndexHead() throws(LedgerError) -> PlacedIndexHead? {
        guard let families = index else { return try noIndexHead() }
        let row = try readingHeads { () throws(RocksDBError) -> (key: [UInt8], value: [UInt8])? in
            var rows = try Iterator(over: families.heads, of: database)
            try rows.seekToLast()
            guard let key = rows.key, let value = rows.value else { return nil }
            return (key, value)
        }
        guard let row else { return try noIndexHead() }
        guard let sequence = StoreLayout.number(row.key) else {
            throw .corruptIndex("one has no number of 8 bytes")
        }
        return try indexHead(sequence, row.value)
    }

    /// Says that there is no index head, unless its rows were removed to be made anew.
    private func noIndexHead() throws(LedgerError) -> PlacedIndexHead? {
        guard try indexMark(StoreLayout.MetaName.indexRebuilt) != Self.headsUnderWay else {
            throw .corruptIndex("they were being made anew, and that was cut off")
        }
        return nil
    }

    /// The newest index head that stands below `size`; nil where there is none.
    ///
    /// Their places rise with their numbers: so it is found in a few looks, however many are above.
    package func indexHead(below size: UInt64) throws(LedgerError) -> PlacedIndexHead? {
        guard let newest = try newestIndexHead() else { return nil }
        if newest.index < size { return newest }
        var (low, high) = (UInt64(0), newest.head.chain.sequence)
        while low < high {
            let middle = low + (high - low) / 2
            guard let placed = try indexHead(sequence: middle) else {
                throw .corruptIndex("index head \(middle) has none")
            }
            if placed.index < size { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : try indexHead(sequence: low - 1)
    }

    /// The index head with this number in their chain; nil where there is none.
    package func indexHead(sequence: UInt64) throws(LedgerError) -> PlacedIndexHead? {
        guard let families = index else { return nil }
        let row = try readingHeads { () throws(RocksDBError) in
            try database.get(StoreLayout.key(sequence), in: families.heads)
        }
        return try row.map { row throws(LedgerError) in try indexHead(sequence, row) }
    }

    /// The index head that a row leads to, which must be the one with this number.
    private func indexHead(
        _ sequence: UInt64, _ row: [UInt8]
    ) throws(LedgerError) -> PlacedIndexHead {
        guard let index = StoreLayout.number(row) else {
            throw .corruptIndex("that of head \(sequence) is not an index of 8 bytes")
        }
        let leaf = try value(StoreLayout.key(index), in: entries)
        guard let head = leaf.flatMap({ try? IndexHead(leaf: $0) }),
            head.chain.sequence == sequence
        else {
            throw .corruptIndex(
                "that of head \(sequence) leads to entry \(index), which is not that head")
        }
        return PlacedIndexHead(head, at: index)
    }

    /// Runs `body`, which reads rows of index heads: those that the disk does not give back are
    /// made anew too.
    func readingHeads<Result>(
        _ body: () throws(RocksDBError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(LedgerError) {
            return try reading(body)
        } catch {
            guard case .engine(let reason) = error, reason.kind == .corruption else { throw error }
            throw .corruptIndex("they cannot be read: \(reason)")
        }
    }

    /// The entry at `index`, which must exist, where it is an index head; nil where it is not.
    package func indexHead(ifAt index: UInt64) throws(LedgerError) -> PlacedIndexHead? {
        // Nothing else has ever logged one.
        guard self.index != nil else { return nil }
        let leaf = try leaf(index)
        return (try? IndexHead(leaf: leaf)).map { PlacedIndexHead($0, at: index) }
    }

    /// Whether one of these entries is no index head.
    ///
    /// It looks from the newest on, and index heads never stand in long rows.
    package func hasOther(than heads: Range<UInt64>) throws(LedgerError) -> Bool {
        for index in heads.reversed() {
            guard try indexHead(ifAt: index) != nil else { return true }
        }
        return false
    }

    /// The row of `meta` of a ledger that was made with an index.
    package static let madeWithIndex: [UInt8] = [1]

    /// Whether the ledger was made with an index, and makes heads without being told.
    package func isMadeWithIndex() throws(LedgerError) -> Bool {
        guard let row = try value(StoreLayout.MetaName.index, in: meta) else { return false }
        guard row == Self.madeWithIndex else {
            throw .corrupt(
                "the row \"index\" of meta is not 1; serve with --index on or off, and run "
                    + "colophond fsck")
        }
        return true
    }

    /// The EntryID in a row of `meta` about the index; nil where there is no such row.
    package func indexMark(_ name: [UInt8]) throws(LedgerError) -> Hash? {
        guard let row = try value(name, in: meta) else { return nil }
        guard let hash = Hash(row) else {
            throw .corrupt("a row of meta about the index is not 32 bytes")
        }
        return hash
    }

    /// The index heads whose maps were found to be wrong.
    ///
    /// A row that is no list of them names none: nothing but what a person is told rests on it, and
    /// `fsck` says that it is damaged.
    package func wrongIndexHeads() throws(LedgerError) -> WrongIndexHeads {
        try value(StoreLayout.MetaName.indexWrong, in: meta).flatMap { WrongIndexHeads($0) }
            ?? WrongIndexHeads()
    }

    /// The digests of the snapshots of the index that may stand beside the store, the newest first.
    ///
    /// A row that cannot be read allows none: what would be used otherwise is a cache, and `fsck`
    /// names the row.
    package func snapshotDigests() throws(LedgerError) -> [Hash] {
        guard let row = try value(StoreLayout.MetaName.snapshots, in: meta) else { return [] }
        return Hash.list(row.span) ?? []
    }

    /// Bytes that a pass over all rows reads ahead in a table: a few milliseconds of a disk.
    static let passReadahead = 2 << 20

    /// Calls `body` with each record behind `last`, by key and index, as long as it returns true.
    ///
    /// - Parameter last: where the pass goes on; nil where it begins.
    package func forEachRecord(
        behind last: IndexRecord?, _ body: (IndexRecord) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        // The least key behind that of a row.
        let start = last.map { KeyRow.key($0.key, $0.index) + [0] }
        var failure: LedgerError?
        try reading { () throws(RocksDBError) in
            var rows = try Iterator(
                over: keys, of: database, lowerBound: start, fillsCache: false,
                readahead: Self.passReadahead)
            try rows.seekToFirst()
            var goesOn = true
            while goesOn, failure == nil, rows.isValid {
                var read: (key: IndexKey, number: UInt64)?
                rows.withKey { read = KeyRow.read($0) }
                do throws(LedgerError) {
                    guard let row = read else {
                        throw LedgerError.corrupt("a row of keys is not 40 bytes")
                    }
                    if !row.key.isMark {
                        goesOn = try body(IndexRecord(key: row.key, index: row.number))
                    }
                } catch {
                    failure = error
                }
                if goesOn { try rows.next() }
            }
        }
        if let failure { throw failure }
    }

    /// Writes lists and full tiles of the index as far as they are not there in this form.
    ///
    /// A crash leaves none of them, or all.
    ///
    /// - Parameter keepsLonger: whether a list that is there with more entries stays as it is.
    package func write(
        _ lists: [IndexList], _ tiles: [IndexTile], keepsLonger: Bool = false
    ) throws(LedgerError) {
        let rows = StoredIndexRows(self)
        var fresh: [IndexTile] = []
        for tile in tiles where try rows.row(of: tile.key, tile.id) != ListTileRow(tile) {
            fresh.append(tile)
        }
        var changed: [IndexList] = []
        for list in lists {
            let stored = try rows.list(of: list.key)
            guard stored != list else { continue }
            if keepsLonger, let stored, stored.count > list.count { continue }
            changed.append(list)
        }
        guard !changed.isEmpty || !fresh.isEmpty else { return }
        try write(.lists, sync: false) { batch in
            for tile in fresh { batch.put(tile) }
            for list in changed { batch.put(list) }
        }
    }
}
