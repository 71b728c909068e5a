import IndexMap
import Merkle
import TestSupport
import Testing

/// Proofs that are made in one pass over all records are those of a map that is kept.
@Suite struct IndexProofPassTests {
    private static let hot = IndexName.artifact(.sha256([0]))

    private func made(
        _ name: IndexName, of records: [IndexRecord], _ positions: Range<UInt64> = 0..<65_536
    ) throws -> (root: Hash, proof: IndexProof) {
        var pass = IndexProofPass(of: name, positions: positions)
        for record in records.sorted() { try pass.add(record) }
        return pass.finish()
    }

    /// Expects the proof of the map that these records have.
    private func expect(
        _ name: IndexName, _ map: TestMap, _ positions: Range<UInt64> = 0..<65_536, words: String
    ) throws {
        let made = try made(name, of: map.rows.records, positions)
        let kept = try map.trie.proof(of: name, positions: positions, reading: map.rows)
        #expect(made.proof == kept && made.root == map.trie.root, "\(words)")
    }

    /// In maps of any size: no records, one bucket, branches, lists of the key and of another one.
    @Test(arguments: [0, 1, 20, 22, 40, 65, 400])
    func eachProofIsThatOfTheMap(entries: UInt64) throws {
        var random = SeededRandom(for: "passes over \(entries) entries")
        var records = TestEntries.random(0..<entries, &random)
        for index in 0..<entries where index.isMultiple(of: 2) {
            records.append(IndexRecord(key: Self.hot.key, index: index))
        }
        let map = try TestMap(records, size: max(entries, 1))
        let others = (0..<200).map { _ in IndexName.artifact(.sha256(random.bytes(8))) }
        for name in [Self.hot] + others { try expect(name, map, words: "\(name) \(random)") }
    }

    /// The list of another key stands at the end of the way, and nothing beside it.
    @Test func aListOfAnotherKeyIsShownWhereTheWayEnds() throws {
        let records = (UInt64(0)..<80).map { IndexRecord(key: Self.hot.key, index: $0) }
        let map = try TestMap(records, size: 80)
        let name = IndexName.artifact(.sha256([9]))
        try expect(name, map, words: "one list")
        guard case .list(let key, 80, _) = try made(name, of: records).proof.end else {
            Issue.record("the only list is the map")
            return
        }
        #expect(key == Self.hot.key)
    }

    @Test(
        arguments: [
            (0, 700), (0, 1), (1, 255), (255, 256), (256, 600), (699, 700), (300, 301), (690, 900),
            (800, 900), (0, .max),
        ] as [(UInt64, UInt64)])
    func eachPageIsThatOfTheMap(from: UInt64, to: UInt64) throws {
        var random = SeededRandom(for: "pages of passes")
        var records = TestEntries.random(0..<900, &random)
        for index in UInt64(0)..<700 {
            records.append(IndexRecord(key: Self.hot.key, index: index))
        }
        try expect(Self.hot, TestMap(records, size: 900), from..<to, words: "\(random)")
    }

    /// More entries than a proof has room for, and pages that are not aligned.
    @Test(arguments: [0, 1, 3_000, 65_535] as [UInt64])
    func manyPagesAreThoseOfTheMap(from: UInt64) throws {
        let count: UInt64 = 70_000
        let records = (0..<count).map { IndexRecord(key: Self.hot.key, index: $0) }
        try expect(
            Self.hot, TestMap(records, size: count), from..<(from + 70_000), words: "\(from)")
    }

    @Test func recordsThatDoNotRiseAreRefused() throws {
        let (low, high) = (TestEntries.key([1]), TestEntries.key([0x81]))
        var pass = IndexProofPass(of: Self.hot, positions: 0..<10)
        try pass.add(IndexRecord(key: high, index: 3))
        let next = [
            IndexRecord(key: high, index: 3), IndexRecord(key: high, index: 2),
            IndexRecord(key: low, index: 4),
        ]
        for record in next {
            #expect(throws: IndexRootsError.disordered(record)) { try pass.add(record) }
        }
    }
}
