import IndexMap
import Merkle
import TestSupport
import Testing

/// The roots of one map at several sizes, in one pass, against the definition.
@Suite struct IndexRootsTests {
    private static let one = TestEntries.key([1])
    private static let two = TestEntries.key([0x81])

    private func roots(
        _ records: [IndexRecord], _ sizes: [UInt64], maximumChanges: Int = .max
    ) throws -> [Hash] {
        var pass = IndexRoots(sizes: sizes, maximumChanges: maximumChanges)
        for record in records.sorted() { try pass.add(record) }
        return try pass.finish()
    }

    private func expect(_ records: [IndexRecord], _ sizes: [UInt64], _ seed: String) throws {
        let roots = try roots(records, sizes)
        #expect(roots.count == sizes.count)
        for (size, root) in zip(sizes, roots) {
            #expect(
                root == NaiveMap.node(records.filter { $0.index < size }), "\(size), \(seed)")
        }
    }

    @Test(arguments: [1, 2, 7, 40, 400])
    func eachRootIsThatOfTheDefinition(count: Int) throws {
        var random = SeededRandom(for: "roots of \(count) sizes")
        let records = TestEntries.random(0..<600, &random)
        let sizes = Set((0..<count).map { _ in UInt64(1 + random.number(below: 700)) }).sorted()
        try expect(records, sizes, "\(random)")
    }

    /// At each size what the next record changes is seen: a bucket, a list, a branch.
    @Test func aMapThatGrowsByEachEntryIsSeenAtEachSize() throws {
        func run(_ key: IndexKey, _ indexes: Range<UInt64>) -> [IndexRecord] {
            indexes.map { IndexRecord(key: key, index: $0) }
        }
        let low = TestEntries.key([], fill: 0xFE)
        let high = TestEntries.key(Array(repeating: 0xFE, count: 31) + [0xFF])
        let logs = [
            run(Self.one, 0..<70), run(Self.one, 0..<80) + run(Self.two, 75..<160),
            run(Self.one, 10..<75) + run(Self.two, 0..<3), run(low, 0..<90) + run(high, 60..<90),
            run(low, 0..<40) + run(high, 0..<40) + run(Self.one, 41..<43),
        ]
        for (number, records) in logs.enumerated() {
            try expect(records, Array(1...170), "log \(number)")
        }
    }

    @Test func theRootsAreThoseOfTheMapThatGrowsByEpochs() throws {
        var random = SeededRandom(for: "roots and epochs")
        var map = try TestMap()
        var expected: [Hash] = []
        let sizes = Array(stride(from: UInt64(250), through: 10_000, by: 250))
        for size in sizes {
            try map.add(TestEntries.random(size - 250..<size, &random), to: size)
            expected.append(map.trie.root)
        }
        #expect(try roots(map.rows.records, sizes) == expected, "\(random)")
    }

    @Test func aLogWithoutRecordsHasTheEmptyMap() throws {
        #expect(try roots([], [1, 5]) == [.zero, .zero])
        #expect(try roots([IndexRecord(key: Self.one, index: 9)], [1, 5]) == [.zero, .zero])
    }

    /// With fewer sizes at once it goes on, so no log needs more memory than there is.
    @Test func aPassWithMoreChangesThanAreKeptIsRefusedAndOneOfOneSizeIsNot() throws {
        var random = SeededRandom(for: "few changes")
        let records = TestEntries.random(0..<900, &random)
        let sizes = Array(UInt64(1)...900)
        #expect(throws: IndexRootsError.tooManyChanges) {
            try roots(records, sizes, maximumChanges: 300)
        }
        let root = try roots(records, [900], maximumChanges: 300)
        #expect(root == [NaiveMap.node(records)], "\(random)")
    }

    @Test func recordsThatDoNotRiseAreRefused() throws {
        var pass = IndexRoots(sizes: [10])
        try pass.add(IndexRecord(key: Self.two, index: 3))
        let next = [
            IndexRecord(key: Self.two, index: 3), IndexRecord(key: Self.two, index: 2),
            IndexRecord(key: Self.one, index: 4),
        ]
        for record in next {
            #expect(throws: IndexRootsError.disordered(record)) { try pass.add(record) }
        }
    }
}
