import IndexMap
import Merkle
import TestSupport
import Testing

/// The lists of keys with more than 64 entries, and their tiles.
@Suite struct IndexListTests {
    private static let key = TestEntries.key([1])

    /// The map of one key with `count` entries at every third index, in epochs of random sizes.
    private func map(_ count: UInt64, _ random: inout SeededRandom) throws -> TestMap {
        var map = try TestMap()
        var next: UInt64 = 0
        while next < count {
            let end = min(count, next + 1 + UInt64(random.number(below: 700)))
            let records = (next..<end).map { IndexRecord(key: Self.key, index: 3 * $0) }
            try map.add(records, to: 3 * end)
            next = end
        }
        return map
    }

    /// Two full tiles of tiles at most: level 1 holds what is above 65,536 entries.
    @Test(arguments: [65, 255, 256, 257, 600, 70_000])
    func theTilesAreThoseOfTheTreeOverTheIndexes(count: UInt64) throws {
        var random = SeededRandom(for: "tiles of \(count)")
        let map = try map(count, &random)
        let list = try #require(map.rows.lists[Self.key])
        var range = CompactRange()
        var levels: [[Hash]] = [[], [], []]
        for position in 0..<count {
            let leaf = NaiveMap.tree([3 * position])
            range.append(leaf)
            levels[0].append(leaf)
        }
        for level in 1..<3 {
            for start in stride(from: 0, to: levels[level - 1].count, by: 256) {
                let below = levels[level - 1][start...].prefix(256)
                if below.count == 256 { levels[level].append(TileMiddles.root(over: below)) }
            }
        }
        #expect(list.range == range && list.last == 3 * (count - 1), "\(random)")
        #expect(list.hash == map.trie.root)
        let tiles = IndexListTiles(of: list, from: map.rows)
        for (level, hashes) in levels.enumerated() {
            for index in 0...(hashes.count / 256) {
                let id = TileID(level: UInt8(level), index: UInt64(index))
                let expected = Array(hashes[(256 * index)...].prefix(256))
                let computed = try tiles.tiles([id]) == [expected]
                #expect(computed, "level \(level), tile \(index), \(random)")
                let stored = map.rows.tiles[Self.key]?[id]
                let isRight = stored == (expected.count == 256 ? expected : nil)
                #expect(isRight, "level \(level), tile \(index), \(random)")
                let first = level == 0 ? 3 * 256 * UInt64(index) : 0
                let isFirst = map.rows.firsts[Self.key]?[id] == (stored == nil ? nil : first)
                #expect(isFirst, "level \(level), tile \(index), \(random)")
            }
        }
    }

    @Test func aRowIsReadAsItWasWritten() throws {
        var random = SeededRandom(for: "rows")
        let list = try #require(try map(1000, &random).rows.lists[Self.key])
        #expect(IndexList(of: Self.key, row: list.row) == list)
        #expect(list.row.count == 16 + 32 * list.count.nonzeroBitCount)
        #expect(list.row.count <= IndexList.maximumRowByteCount)
        let empty = IndexList(of: Self.key)
        #expect(IndexList(of: Self.key, row: empty.row) == empty)
    }

    @Test func whatIsNoRowIsNotRead() throws {
        var random = SeededRandom(for: "no rows")
        let row = try #require(try map(100, &random).rows.lists[Self.key]).row
        for count in 0..<row.count {
            #expect(IndexList(of: Self.key, row: Array(row[..<count])) == nil)
        }
        #expect(IndexList(of: Self.key, row: row + [0]) == nil)
        var few = row
        few[7] ^= 1
        #expect(IndexList(of: Self.key, row: few) == nil, "another number of hashes")
        var low = row
        low.replaceSubrange(8..<16, with: [0, 0, 0, 0, 0, 0, 0, 98])
        #expect(IndexList(of: Self.key, row: low) == nil, "100 indexes do not end at 98")
        let long = Array(repeating: UInt8(0), count: IndexList.maximumRowByteCount + 32)
        #expect(IndexList(of: Self.key, row: long) == nil)
    }

    /// A tile is handed out once and never again, so what it is made of must be right.
    @Test(arguments: ["index", "fewer", "tile"])
    func aTileIsMadeOfRightRowsOnly(fault: String) throws {
        var random = SeededRandom(for: "bad tiles")
        let count: UInt64 = fault == "tile" ? 65_535 : 255
        let map = try map(count, &random)
        var rows = map.rows
        switch fault {
        case "index": rows.records[100] = IndexRecord(key: Self.key, index: 301)
        case "fewer": rows.records.removeLast()
        default:
            let id = TileID(level: 0, index: 77)
            rows.tiles[Self.key]?[id]?[3] = .zero
        }
        let new = [IndexRecord(key: Self.key, index: 3 * count)]
        #expect(throws: IndexError<MemoryRows.Failure>.listDiffers(Self.key)) {
            try map.trie.change(adding: new, to: 3 * count + 1, reading: rows)
        }
    }

    /// Whoever keeps the roots of full tiles reads none of these again; and none of them is
    /// believed.
    @Test func aTileThatGrowsIsMadeOfTheRootsBelow() throws {
        var random = SeededRandom(for: "roots")
        let map = try map(5_000, &random)
        let list = try #require(map.rows.lists[Self.key])
        let growing = TileID(level: 1, index: 0)
        let expected = try IndexListTiles(of: list, from: map.rows).tiles([growing])
        var rows = map.rows
        for (id, tile) in try #require(rows.tiles[Self.key]) {
            rows.roots[id] = TileMiddles.root(over: tile[...])
        }
        #expect(rows.roots.count == 19)
        let reads = rows.tileReads.count
        #expect(try IndexListTiles(of: list, from: rows).tiles([growing]) == expected)
        #expect(rows.tileReads.count == reads)
        rows.roots[TileID(level: 0, index: 7)] = .zero
        #expect(throws: IndexError<MemoryRows.Failure>.listDiffers(Self.key)) {
            try IndexListTiles(of: list, from: rows).tiles([growing])
        }
    }
}
