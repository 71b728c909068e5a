import IndexMap
import Merkle
import TestSupport
import Testing

/// The file beside the store from which the map is read at a start.
@Suite struct IndexSnapshotTests {
    private static let head = Hash.sha256([7])

    private func map(_ size: UInt64, _ random: inout SeededRandom) throws -> TestMap {
        try TestMap(TestEntries.random(0..<size, &random), size: size)
    }

    private func written(_ trie: IndexTrie) throws -> (bytes: [UInt8], digest: Hash) {
        var writer = IndexSnapshotWriter(of: trie, head: Self.head)
        var bytes: [UInt8] = []
        while let part = writer.next() {
            #expect(part.count <= IndexSnapshot.partByteCount + 128)
            bytes += part
        }
        return (bytes, try #require(writer.digest))
    }

    /// Reads bytes in parts of `width`; `digests` are what the store has kept.
    private func read(
        _ bytes: [UInt8], _ digests: [Hash], width: Int = 4096, nodes: Int = 100_000
    ) throws(IndexSnapshotError) -> (trie: IndexTrie, head: Hash) {
        var reader = IndexSnapshotReader(maximumNodes: nodes)
        for start in stride(from: 0, to: bytes.count, by: width) {
            try reader.append(Array(bytes[start..<min(bytes.count, start + width)]))
        }
        return try reader.finish(digests: digests)
    }

    /// The same bytes with a right digest at the end.
    private func sealed(_ bytes: [UInt8]) -> (bytes: [UInt8], digest: Hash) {
        let digest = Hash.sha256(bytes)
        return (bytes + digest.bytes, digest)
    }

    @Test(arguments: [0, 1, 20, 1000, 5000])
    func aMapIsReadAsItWasWritten(size: UInt64) throws {
        var random = SeededRandom(for: "snapshot of \(size)")
        var map = try map(size, &random)
        let (bytes, digest) = try written(map.trie)
        for width in [1, 7, 65_536] {
            var (trie, head) = try read(bytes, [.zero, digest], width: width)
            #expect(trie.root == map.trie.root && trie.size == size && head == Self.head)
            #expect(trie.nodeCount == map.trie.nodeCount, "\(random)")
            #expect(try written(trie).bytes == bytes, "\(random)")
            guard width > 7 else { continue }
            // And it goes on as the other does.
            let more = TestEntries.random(size..<size + 300, &random)
            map.rows.ingest(more)
            let change = try trie.change(
                adding: more.sorted(), to: size + 300, reading: map.rows)
            trie.apply(change)
            #expect(change.root == NaiveMap.node(map.rows.records), "\(random)")
        }
    }

    /// The lists of a store are ahead of a map that was read: some have grown since, some are new.
    @Test(arguments: 0..<8)
    func aMapThatIsOlderThanTheListsComesToTheSameRoot(round: Int) throws {
        var random = SeededRandom(for: "older \(round)")
        let start = UInt64(40 + random.number(below: 400))
        var map = try map(start, &random)
        let (bytes, digest) = try written(map.trie)
        var since: [IndexRecord] = []
        while map.trie.size < start + 600 {
            let end = map.trie.size + 1 + UInt64(random.number(below: 200))
            let more = TestEntries.random(map.trie.size..<end, &random)
            since += more
            try map.add(more, to: end)
        }
        var (trie, _) = try read(bytes, [digest])
        let lists = map.rows.lists
        while trie.size < map.trie.size {
            let end = min(trie.size + 1 + UInt64(random.number(below: 300)), map.trie.size)
            let records = since.filter { (trie.size..<end).contains($0.index) }.sorted()
            let change = try trie.change(replaying: records, to: end, reading: map.rows)
            for list in change.lists where (lists[list.key]?.count ?? 0) < list.count {
                Issue.record("\(list.key) has gone further, \(random)")
            }
            trie.apply(change)
        }
        #expect(trie.root == map.trie.root && trie.root == NaiveMap.node(map.covered), "\(random)")
        try trie.checkLists(reading: map.rows, while: { true })
        // From here on it is as any map.
        let more = TestEntries.random(trie.size..<trie.size + 100, &random)
        map.rows.ingest(more)
        let change = try trie.change(
            adding: more.sorted(), to: trie.size + 100, reading: map.rows)
        #expect(change.root == NaiveMap.node(map.rows.records), "\(random)")
    }

    /// What a list has behind its end is added: so a crash before the lists were written is mended.
    @Test func aListThatIsBehindTheHeadGoesOn() throws {
        var random = SeededRandom(for: "behind")
        var map = try map(400, &random)
        let (bytes, digest) = try written(map.trie)
        let older = map.rows
        let more = TestEntries.random(400..<800, &random)
        try map.add(more, to: 800)
        var rows = older
        rows.ingest(more)
        var (trie, _) = try read(bytes, [digest])
        let change = try trie.change(replaying: more.sorted(), to: 800, reading: rows)
        rows.keep(change.lists, change.tiles)
        trie.apply(change)
        #expect(trie.root == map.trie.root && !change.lists.isEmpty, "\(random)")
        try trie.checkLists(reading: rows, while: { true })
        for list in map.rows.lists.values {
            #expect(rows.lists[list.key] == list, "\(random)")
        }
    }

    @Test func aListThatIsNotTheMapsIsFound() throws {
        var random = SeededRandom(for: "lists")
        let map = try map(600, &random)
        #expect(!map.rows.lists.isEmpty)
        for key in map.rows.lists.keys {
            var rows = map.rows
            rows.lists[key] = nil
            #expect(throws: IndexError<MemoryRows.Failure>.listDiffers(key)) {
                try map.trie.checkLists(reading: rows, while: { true })
            }
            // It is asked before each list.
            try map.trie.checkLists(reading: rows, while: { false })
        }
    }

    @Test func theBytesAreThoseOfThePage() throws {
        let key = TestEntries.key([0x80])
        let records =
            (0..<UInt64(65)).map { IndexRecord(key: key, index: $0) }
            + [IndexRecord(key: TestEntries.key([1]), index: 3)]
        let map = try TestMap(records, size: 65)
        let bucket = NaiveMap.node([records[65]])
        let list = NaiveMap.node(Array(records[..<65]))
        var bytes = Array("COLOPHON INDEX 1\n".utf8) + [0, 0, 0, 0, 0, 0, 0, 65]
        bytes += map.trie.root.bytes + Self.head.bytes
        bytes += [65, 1] + bucket.bytes + [66] + key.hash.bytes + list.bytes
        #expect(try written(map.trie).bytes == sealed(bytes).bytes)
    }

    @Test func everyBitThatIsFlippedIsFound() throws {
        var random = SeededRandom(for: "flipped")
        let (bytes, digest) = try written(try map(150, &random).trie)
        #expect(bytes.count > 200)
        for place in bytes.indices {
            for bit in 0..<8 {
                var bad = bytes
                bad[place] ^= 1 << UInt8(bit)
                #expect(throws: IndexSnapshotError.self, "byte \(place) \(random)") {
                    try read(bad, [digest])
                }
            }
        }
    }

    @Test func everyEndThatIsTooEarlyOrTooLateIsFound() throws {
        var random = SeededRandom(for: "cut")
        let (bytes, digest) = try written(try map(100, &random).trie)
        for count in bytes.indices {
            #expect(throws: IndexSnapshotError.truncated) {
                try read(Array(bytes[..<count]), [digest])
            }
        }
        for more in [1, 32, 100] {
            #expect(throws: IndexSnapshotError.trailingBytes) {
                try read(bytes + Array(repeating: 0, count: more), [digest])
            }
        }
    }

    /// Right hashes with wrong counts lead to the root: the store's digest alone tells them.
    @Test func aSnapshotThatTheStoreDoesNotKnowIsRefused() throws {
        let records = (0..<UInt64(10)).map { IndexRecord(key: TestEntries.key([1]), index: $0) }
        let (bytes, digest) = try written(try TestMap(records, size: 10).trie)
        var content = Array(bytes.dropLast(32))
        #expect(content[89] == 10)
        content[89] = 9
        let (bad, badDigest) = sealed(content)
        #expect(throws: IndexSnapshotError.anotherSnapshot) { try read(bad, [digest]) }
        #expect(throws: IndexSnapshotError.anotherSnapshot) { try read(bad, []) }
        #expect(try read(bad, [badDigest]).trie.root == NaiveMap.node(records))
    }

    /// Files that somebody has made, with right digests.
    @Test func nodesThatNoMapHasAreRefused() throws {
        let hash = Hash.sha256([1]).bytes
        let header =
            Array("COLOPHON INDEX 1\n".utf8) + [0, 0, 0, 0, 0, 0, 1, 0]
            + Hash.zero.bytes + Self.head.bytes
        let key = TestEntries.key([0x40]).hash.bytes
        let cases: [([UInt8], IndexSnapshotError)] = [
            ([67], .unknownNode(67)), ([255], .unknownNode(255)),
            ([65, 0, 0], .needlessBranch), ([65, 64] + hash + [0], .needlessBranch),
            ([65, 30] + hash + [34] + hash, .needlessBranch),
            ([65, 65, 66] + key + hash, .listElsewhere),
            ([65, 0, 66] + key + hash, .listElsewhere),
            (Array(repeating: 65, count: 257), .tooDeep),
            ([1] + hash, .rootDiffers), ([65, 30] + hash + [35] + hash, .rootDiffers),
        ]
        for (nodes, error) in cases {
            let (bytes, digest) = sealed(header + nodes)
            #expect(throws: error, "\(nodes.prefix(3))") { try read(bytes, [digest]) }
            #expect(!error.description.isEmpty)
        }
        #expect(throws: IndexSnapshotError.notSnapshot) {
            try read(Array("COLOPHON INDEX 2\n".utf8), [])
        }
    }

    /// A small file that would take much memory stops at the limit.
    @Test func moreNodesThanExpectedAreRefused() throws {
        var random = SeededRandom(for: "many nodes")
        let map = try map(1000, &random)
        let (bytes, digest) = try written(map.trie)
        let count = map.trie.nodeCount
        #expect(try read(bytes, [digest], nodes: count).trie.nodeCount == count)
        #expect(throws: IndexSnapshotError.tooManyNodes) {
            try read(bytes, [digest], nodes: count - 1)
        }
    }

    @Test func anErrorOfAReaderIsFinal() throws {
        var reader = IndexSnapshotReader(maximumNodes: 10)
        #expect(throws: IndexSnapshotError.notSnapshot) { try reader.append([1]) }
        #expect(throws: IndexSnapshotError.notSnapshot) { try reader.append([]) }
        #expect(throws: IndexSnapshotError.notSnapshot) { try reader.finish(digests: []) }
    }
}
