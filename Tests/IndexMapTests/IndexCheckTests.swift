import IndexMap
import Merkle
import TestSupport
import Testing

/// The check of a part of the map against its rows.
@Suite struct IndexCheckTests {
    private func map(_ random: inout SeededRandom) throws -> TestMap {
        var map = try TestMap()
        for end in stride(from: UInt64(1000), through: 4000, by: 1000) {
            try map.add(TestEntries.random(end - 1000..<end, &random), to: end)
        }
        return map
    }

    @Test func everyPartOfARightMapPasses() throws {
        var random = SeededRandom(for: "right map")
        let map = try map(&random)
        var read = 0
        for _ in 0..<50 {
            let key = TestEntries.key(random.bytes(32))
            read += try map.trie.check(along: key, limit: 500, reading: map.rows)
        }
        #expect(read > 50, "\(random)")
        // All of it, in several reads; rows of later leaves are passed over.
        var rows = map.rows
        rows.ingest(TestEntries.random(4000..<4500, &random))
        let all = try map.trie.check(along: TestEntries.key([]), limit: .max, reading: rows)
        let listed = map.rows.lists.values.reduce(0) { $0 + Int($1.count) }
        #expect(all == map.rows.records.count - listed && all > 4096, "\(random)")
        #expect(try IndexTrie().check(along: TestEntries.key([]), reading: MemoryRows()) == 0)
    }

    @Test(arguments: ["missing", "another", "added", "list", "listGone", "listRows"])
    func aPartWhoseRowsDifferIsFound(fault: String) throws {
        var random = SeededRandom(for: "other part")
        let map = try map(&random)
        var rows = map.rows
        let list = try #require(rows.lists.keys.min())
        let places = rows.records.indices.filter { rows.lists[rows.records[$0].key] == nil }
        let place = places[random.number(below: places.count)]
        let old = rows.records[place]
        switch fault {
        case "missing": rows.records.remove(at: place)
        case "another":
            rows.records[place] = IndexRecord(key: old.key, index: (old.index + 1) % 4000)
        case "added":
            rows.ingest([IndexRecord(key: TestEntries.key(random.bytes(32)), index: 7)])
        case "list":
            rows.lists[list] = rows.lists.values.max { $0.key < $1.key }
        case "listGone": rows.lists[list] = nil
        default: rows.records.removeAll { $0.key == list }
        }
        rows.records.sort()
        #expect(throws: IndexError<MemoryRows.Failure>.self, "\(random) \(old)") {
            try map.trie.check(along: old.key, limit: .max, reading: rows)
        }
    }

    /// Where all keys are hot, a part has no records in buckets: lists have a price, too.
    @Test func aPartOfListsAloneHasALimit() throws {
        var random = SeededRandom(for: "lists alone")
        let (keys, entries) = (500, 70)
        let records = (0..<keys).flatMap { _ in
            let key = TestEntries.key(random.bytes(32))
            return (0..<entries).map { IndexRecord(key: key, index: UInt64($0)) }
        }
        let map = try TestMap(records, size: UInt64(entries))
        #expect(map.rows.lists.count == keys, "\(random)")
        for limit in [160, 1600] {
            let (lists, read) = (map.rows.listReads.count, map.rows.recordsRead.count)
            let checked = try map.trie.check(
                along: TestEntries.key(random.bytes(32)), limit: limit, reading: map.rows)
            #expect(checked == 0)
            let newLists = map.rows.listReads.count - lists
            #expect((1...limit / 16).contains(newLists), "\(random)")
            // Each list costs the records behind it, and not all that one read gives.
            let newRecords = map.rows.recordsRead.count - read
            #expect(newRecords <= 4096 + newLists * 64, "\(random)")
        }
    }

    @Test func aLookThatFailsIsAnError() throws {
        var random = SeededRandom(for: "failing look")
        let map = try map(&random)
        var rows = map.rows
        rows.failure = MemoryRows.Failure()
        #expect(throws: IndexError.failed(MemoryRows.Failure())) {
            try map.trie.check(along: TestEntries.key([]), reading: rows)
        }
    }
}
