import IndexMap
import Merkle

/// The rows of a store, in memory: all records, the lists, and their full tiles.
struct MemoryRows: IndexRows {
    /// All records, by key and index.
    var records: [IndexRecord] = []

    /// The states of the lists.
    var lists: [IndexKey: IndexList] = [:]

    /// The full tiles of the lists.
    var tiles: [IndexKey: [TileID: [Hash]]] = [:]

    /// The index of the first entry below each of them.
    var firsts: [IndexKey: [TileID: UInt64]] = [:]

    /// Roots of full tiles that are kept, as whoever reads rows may keep them.
    var roots: [TileID: Hash] = [:]

    /// How often a tile was read.
    let tileReads = Counter()

    /// How often records were read; tests of work count it.
    let reads = Counter()

    /// The places at which records were read, in the order of these reads.
    let asked = Places()

    /// How many records these reads gave.
    let recordsRead = Counter()

    /// How often the row of a list was read.
    let listReads = Counter()

    /// Says what fails, where a test wants it.
    var failure: Failure?

    struct Failure: Error, Hashable {}

    final class Counter: @unchecked Sendable {
        var count = 0
    }

    final class Places: @unchecked Sendable {
        var prefixes: [IndexPrefix] = []
    }

    func records(
        in prefix: IndexPrefix, after record: IndexRecord?, below size: UInt64, limit: Int
    ) throws(Failure) -> [IndexRecord] {
        if let failure { throw failure }
        reads.count += 1
        asked.prefixes.append(prefix)
        var place = first { $0.key >= prefix.first }
        if let record { place = max(place, first { record < $0 }) }
        var found: [IndexRecord] = []
        while place < records.count, records[place].key <= prefix.last, found.count < limit {
            if records[place].index < size { found.append(records[place]) }
            place += 1
        }
        recordsRead.count += found.count
        return found
    }

    func list(of key: IndexKey) throws(Failure) -> IndexList? {
        if let failure { throw failure }
        listReads.count += 1
        return lists[key]
    }

    func indexes(of key: IndexKey, at positions: Range<UInt64>) throws(Failure) -> [UInt64] {
        if let failure { throw failure }
        let start = first { $0.key >= key }
        return positions.compactMap { position in
            let place = start + Int(position)
            return place < records.count && records[place].key == key ? records[place].index : nil
        }
    }

    func tile(of key: IndexKey, _ id: TileID) throws(Failure) -> [Hash]? {
        if let failure { throw failure }
        tileReads.count += 1
        return tiles[key]?[id]
    }

    func root(of key: IndexKey, _ id: TileID) throws(Failure) -> Hash? {
        if let kept = roots[id] { return kept }
        return try tile(of: key, id).map { TileMiddles.root(over: $0[...]) }
    }

    /// Adds the rows of an epoch.
    mutating func ingest(_ new: [IndexRecord]) {
        records = (records + new).sorted()
    }

    /// Keeps what a change of the map says of the lists.
    mutating func keep(_ lists: [IndexList], _ tiles: [IndexTile]) {
        for list in lists { self.lists[list.key] = list }
        for tile in tiles {
            self.tiles[tile.key, default: [:]][tile.id] = tile.hashes
            firsts[tile.key, default: [:]][tile.id] = tile.first
        }
    }

    /// Returns the place of the first record of which `isBehind` is true.
    private func first(_ isBehind: (IndexRecord) -> Bool) -> Int {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(records[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
