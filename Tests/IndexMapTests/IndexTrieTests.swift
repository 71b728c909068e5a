import IndexMap
import Merkle
import TestSupport
import Testing

/// The map that grows by epochs, against the definition.
@Suite struct IndexTrieTests {
    @Test func theMapOfNoLeavesIsZeros() {
        #expect(IndexTrie().root == .zero)
        #expect(IndexTrie().size == 0)
    }

    /// Epochs of one size or of random sizes: the root follows from the leaves alone.
    @Test(arguments: [(1, 300), (37, 3000), (997, 12_000), (65_536, 66_000)])
    func theRootIsThatOfTheDefinitionWhateverTheEpochs(epoch: UInt64, total: UInt64) throws {
        var random = SeededRandom(for: "epochs of \(epoch)")
        var map = try TestMap()
        var mixed = try TestMap()
        while map.trie.size < total {
            let end = min(total, map.trie.size + epoch)
            let records = TestEntries.random(map.trie.size..<end, &random)
            try map.add(records, to: end)
            // The same records in parts of any size.
            var start = mixed.trie.size
            while start < end {
                let next = min(end, start + 1 + UInt64(random.number(below: Int(epoch))))
                try mixed.add(records.filter { start <= $0.index && $0.index < next }, to: next)
                start = next
            }
            #expect(mixed.trie.root == map.trie.root, "\(random)")
            if end <= 300 {
                #expect(map.trie.root == NaiveMap.node(map.rows.records), "\(random)")
            }
        }
        #expect(map.trie.root == NaiveMap.node(map.rows.records), "\(random)")
        #expect(map.trie.size == total)
        #expect(map.rows.lists == mixed.rows.lists && map.rows.tiles == mixed.rows.tiles)
        #expect(map.rows.firsts == mixed.rows.firsts)
    }

    private static let one = TestEntries.key([1])
    private static let two = TestEntries.key([0x81])

    /// Records of one key, at consecutive indexes.
    private func run(_ key: IndexKey, _ indexes: Range<UInt64>) -> [IndexRecord] {
        indexes.map { IndexRecord(key: key, index: $0) }
    }

    @Test func aBucketHolds64RecordsAndOneMoreOfTheSameKeyMakesAList() throws {
        var map = try TestMap(run(Self.one, 0..<64), size: 64)
        #expect(map.trie.nodeCount == 1 && map.rows.lists.isEmpty)
        #expect(map.trie.root == NaiveMap.node(map.rows.records))
        try map.add(run(Self.one, 64..<65), to: 65)
        #expect(map.trie.nodeCount == 1 && map.rows.lists[Self.one]?.count == 65)
        #expect(map.trie.root == NaiveMap.node(map.rows.records))
    }

    @Test func aListThatMeetsAnotherKeyMovesDownUnread() throws {
        var map = try TestMap(run(Self.one, 0..<100), size: 100)
        let list = map.rows.lists
        map.rows.failure = MemoryRows.Failure()
        // Nothing is read: reading fails.
        try map.add(run(Self.two, 100..<101), to: 101)
        #expect(map.rows.lists == list && map.trie.nodeCount == 3)
        #expect(map.trie.root == NaiveMap.node(map.rows.records))
    }

    @Test func aListGrowsAndMovesDownInOneEpoch() throws {
        var map = try TestMap(run(Self.one, 0..<100), size: 100)
        try map.add(run(Self.one, 100..<400) + run(Self.two, 100..<200), to: 400)
        #expect(map.rows.lists[Self.one]?.count == 400 && map.rows.lists[Self.two]?.count == 100)
        #expect(map.trie.root == NaiveMap.node(map.rows.records))
    }

    /// The longest way: two hot keys that part in their last bit.
    @Test func keysThatPartInTheirLastBitStandAtDepth256() throws {
        let low = TestEntries.key([], fill: 0xFE)
        let high = TestEntries.key(Array(repeating: 0xFE, count: 31) + [0xFF])
        var map = try TestMap(run(low, 0..<40) + run(high, 0..<40), size: 40)
        #expect(map.trie.nodeCount == 1 + 2 * 256)
        try map.add(run(low, 40..<90) + run(high, 40..<90), to: 90)
        #expect(map.trie.nodeCount == 1 + 2 * 256 && map.rows.lists.count == 2)
        #expect(map.trie.root == NaiveMap.node(map.rows.records))
    }

    @Test func twoRecordsOfOneEntryStandInOneBucketByKey() throws {
        let records = [Self.two, Self.one].map { IndexRecord(key: $0, index: 5) }
        let map = try TestMap(records, size: 6)
        #expect(map.trie.root == NaiveMap.node(records))
    }

    @Test func anEpochWithoutRecordsChangesTheSizeAlone() throws {
        var map = try TestMap(run(Self.one, 0..<10), size: 10)
        let root = map.trie.root
        try map.add([], to: 20)
        #expect(map.trie.root == root && map.trie.size == 20)
    }

    /// Rows are believed only where they are those that the map was made of.
    @Test(arguments: ["missing", "another", "added", "none", "failing"])
    func anEpochThatReadsOtherRowsChangesNothing(fault: String) throws {
        var random = SeededRandom(for: "other rows")
        let records = (0..<UInt64(64)).map {
            IndexRecord(key: TestEntries.key(random.bytes(32)), index: $0)
        }
        let map = try TestMap(records, size: 64)
        var rows = map.rows
        let place = random.number(below: 64)
        switch fault {
        case "missing": rows.records.remove(at: place)
        case "another":
            let old = rows.records[place]
            rows.records[place] = IndexRecord(key: old.key, index: (old.index + 1) % 64)
        case "added": rows.ingest([IndexRecord(key: Self.one, index: 3)])
        case "none": rows.records = []
        default: rows.failure = MemoryRows.Failure()
        }
        let new = [IndexRecord(key: Self.two, index: 64)]
        let expected: IndexError<MemoryRows.Failure> =
            fault == "failing"
            ? .failed(MemoryRows.Failure())
            : .rowsDiffer(IndexPrefix(of: Self.two, depth: 0))
        #expect(throws: expected) { try map.trie.change(adding: new, to: 65, reading: rows) }
        #expect(map.trie.root == NaiveMap.node(records))
    }

    /// So whoever reads rows can go on from where the bucket before ended.
    @Test func anEpochReadsItsBucketsInTheOrderOfTheirKeysAndOnceEach() throws {
        var random = SeededRandom(for: "the order of buckets")
        var map = try TestMap(TestEntries.random(0..<4000, &random), size: 4000)
        let reads = map.rows.asked.prefixes.count
        try map.add(TestEntries.random(4000..<8000, &random), to: 8000)
        let asked = map.rows.asked.prefixes[reads...]
        #expect(asked.count > 10, "\(random)")
        for (bucket, next) in zip(asked, asked.dropFirst()) {
            #expect(bucket.last < next.first, "\(random)")
        }
    }

    @Test func anEpochThatReadsAnotherListChangesNothing() throws {
        let map = try TestMap(run(Self.one, 0..<100), size: 100)
        let new = run(Self.one, 100..<101)
        let other = try TestMap(run(Self.one, 1..<101), size: 101).rows.lists[Self.one]
        // The same tree, with another last index.
        var row = try #require(map.rows.lists[Self.one]).row
        row[15] = 100
        let late = try #require(IndexList(of: Self.one, row: row))
        for list in [nil, IndexList(of: Self.one), other, late] {
            var rows = map.rows
            rows.lists[Self.one] = list
            #expect(throws: IndexError<MemoryRows.Failure>.listDiffers(Self.one)) {
                try map.trie.change(adding: new, to: 101, reading: rows)
            }
        }
    }

    /// Readers go on with the old map until the change is applied, also with a copy.
    @Test func aMapIsAsItWasUntilAChangeIsApplied() throws {
        var random = SeededRandom(for: "old map")
        var map = try TestMap(TestEntries.random(0..<500, &random), size: 500)
        let (copy, root) = (map.trie, map.trie.root)
        let name = IndexName.artifact(.zero)
        let before = try copy.proof(of: name, reading: map.rows)
        try map.add(TestEntries.random(500..<900, &random), to: 900)
        #expect(map.trie.root != root && copy.root == root && copy.size == 500)
        #expect(try copy.proof(of: name, reading: map.rows) == before, "\(random)")
    }

    @Test func theMapThatIsBuiltInOnePassIsTheSame() throws {
        var random = SeededRandom(for: "one pass")
        let size: UInt64 = 5000
        var map = try TestMap()
        for end in stride(from: UInt64(500), through: size, by: 500) {
            try map.add(TestEntries.random(end - 500..<end, &random), to: end)
        }
        var builder = IndexTrieBuilder(size: size)
        var rows = MemoryRows()
        for record in map.rows.records {
            try builder.add(record)
            if random.happens(1) {
                let made = builder.take()
                rows.keep(made.lists, made.tiles)
            }
        }
        var built = builder.finish()
        let made = builder.take()
        rows.keep(made.lists, made.tiles)
        #expect(built.root == map.trie.root && built.size == size, "\(random)")
        #expect(built.nodeCount == map.trie.nodeCount)
        #expect(rows.lists == map.rows.lists && rows.tiles == map.rows.tiles)
        #expect(rows.firsts == map.rows.firsts)
        // And it grows as the other does.
        let more = TestEntries.random(size..<size + 700, &random)
        rows.ingest(map.rows.records + more)
        built.apply(try built.change(adding: more.sorted(), to: size + 700, reading: rows))
        try map.add(more, to: size + 700)
        #expect(built.root == map.trie.root, "\(random)")
    }

    @Test func aBuilderRefusesRecordsThatDoNotRise() throws {
        var builder = IndexTrieBuilder(size: 10)
        try builder.add(IndexRecord(key: Self.two, index: 3))
        let next = [
            IndexRecord(key: Self.two, index: 3), IndexRecord(key: Self.two, index: 2),
            IndexRecord(key: Self.one, index: 4), IndexRecord(key: Self.two, index: 10),
        ]
        for record in next {
            #expect(throws: IndexError<Never>.self) { try builder.add(record) }
        }
    }
}
