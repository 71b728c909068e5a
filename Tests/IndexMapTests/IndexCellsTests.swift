import IndexMap
import Merkle
import Synchronization
import TestSupport
import Testing

/// Proofs that are made of one cell's records and of the nodes of all others are those of the map.
@Suite struct IndexCellsTests {
    private static let hot = IndexName.artifact(.sha256([0]))

    /// Records in memory, of which each that is shown is counted.
    private final class Rows: IndexCellRows {
        private let records: [IndexRecord]
        private let shown = Mutex(0)

        init(_ records: [IndexRecord]) { self.records = records }

        var shownCount: Int { shown.withLock { $0 } }

        func forEach(
            in cells: Range<Int>, depth: Int, _ body: (IndexRecord) throws(IndexRootsError) -> Void
        ) throws(IndexRootsError) {
            for record in records
            where cells.contains(IndexCells.cell(of: record.key, depth: depth)) {
                shown.withLock { $0 += 1 }
                try body(record)
            }
        }

        func failure(about record: IndexRecord) -> IndexRootsError { .disordered(record) }
    }

    private func cells(of records: [IndexRecord], depth: Int) throws -> IndexCells {
        var builder = IndexCellsBuilder(depth: depth)
        for record in records { try builder.add(record) }
        return builder.finish()
    }

    private func made(
        _ name: IndexName, of records: [IndexRecord], _ positions: Range<UInt64> = 0..<65_536
    ) throws -> (root: Hash, proof: IndexProof) {
        var pass = IndexProofPass(of: name, positions: positions)
        for record in records { try pass.add(record) }
        return pass.finish()
    }

    /// Cuts above, at and below the depth at which buckets stand; cells of many, few and no
    /// records; lists of the key and of another one.
    @Test(arguments: [0, 1, 3, 6, 10], [0, 1, 20, 65, 400, 1_500] as [UInt64])
    func eachProofIsThatOfAPassOverAllRecords(depth: Int, entries: UInt64) throws {
        var random = SeededRandom(for: "cells of \(entries) entries at \(depth)")
        var records = TestEntries.random(0..<entries, &random)
        for index in 0..<entries where index.isMultiple(of: 3) {
            records.append(IndexRecord(key: Self.hot.key, index: index))
        }
        records.sort()
        let cells = try cells(of: records, depth: depth)
        let rows = Rows(records)
        let others = (0..<60).map { _ in IndexName.artifact(.sha256(random.bytes(8))) }
        for name in [Self.hot] + others {
            let expected = try made(name, of: records)
            let found = try cells.proof(of: name, positions: 0..<65_536, reading: rows)
            #expect(found.root == expected.root, "\(name) \(random)")
            #expect(found.proof == expected.proof, "\(name) \(random)")
            #expect(try cells.root(reading: rows) == expected.root, "\(random)")
        }
        #expect(cells.count == UInt64(records.count))
    }

    /// All records have one key, or few keys that part below the cut.
    @Test(arguments: [0, 2, 5])
    func fewKeysOfManyRecordsAreProven(depth: Int) throws {
        let keys = [[0x80], [0x80, 1], [0x81]].map { TestEntries.key($0 as [UInt8]) }
        for some in [keys.prefix(1), keys.prefix(2), keys.prefix(3)] {
            let records = some.flatMap { key in
                (0..<70).map { IndexRecord(key: key, index: UInt64($0)) }
            }.sorted()
            let cells = try cells(of: records, depth: depth)
            for number in 0..<40 {
                let name = IndexName.artifact(.sha256([UInt8(number)]))
                let expected = try made(name, of: records)
                let found = try cells.proof(
                    of: name, positions: 0..<65_536, reading: Rows(records))
                #expect(found.root == expected.root && found.proof == expected.proof)
                #expect(try cells.root(reading: Rows(records)) == expected.root)
            }
        }
    }

    /// A look among many records reads about those of one cell.
    @Test func fewRecordsAreRead() throws {
        let records = (UInt64(0)..<40_000).map { index in
            IndexRecord(key: IndexName.artifact(.leaf(Array("\(index)".utf8))).key, index: index)
        }.sorted()
        let depth = IndexCells.depth(of: UInt64(records.count))
        #expect(depth >= 5, "\(records.count) records")
        let cells = try cells(of: records, depth: depth)
        for number in 0..<20 {
            let rows = Rows(records)
            let name = IndexName.artifact(.sha256([UInt8(number)]))
            _ = try cells.proof(of: name, positions: 0..<65_536, reading: rows)
            #expect(rows.shownCount < 4_096, "\(rows.shownCount) of \(records.count)")
        }
    }

    /// Cells that are not those of the records lead to another root, or to the right proof.
    @Test func wrongCellsProveNothingElse() throws {
        var random = SeededRandom(for: "wrong cells")
        let records = TestEntries.random(0..<2_000, &random).sorted()
        let right = try cells(of: records, depth: 3)
        let own = IndexCells.cell(of: Self.hot.key, depth: 3)
        let expected = try made(Self.hot, of: records)
        func found(_ cell: IndexCells.Cell, at place: Int) throws -> (root: Hash, IndexProof)? {
            var cells = right.cells
            cells[place] = cell
            let wrong = try #require(IndexCells(depth: 3, cells))
            return try? wrong.proof(
                of: Self.hot, positions: 0..<65_536, reading: Rows(records))
        }
        for place in right.cells.indices {
            let cell = right.cells[place]
            // The records of the name's own cell are read, whatever is said of its node.
            let other = IndexCells.Cell(node: .sha256([1]), count: cell.count, hasOneKey: false)
            let byNode = try found(other, at: place)
            #expect((byNode?.root == expected.root) == (place == own), "\(place)")
            let none = IndexCells.Cell(node: .zero, count: 0, hasOneKey: false)
            #expect(try found(none, at: place)?.root != expected.root, "\(place)")
            for (count, hasOneKey) in [(1, false), (64, true), (1 << 40, true)] {
                let counted = try found(
                    IndexCells.Cell(node: cell.node, count: UInt64(count), hasOneKey: hasOneKey),
                    at: place)
                guard let counted, counted.root == expected.root else { continue }
                #expect(counted.1 == expected.proof, "\(place) \(count)")
            }
        }
    }

    @Test func aCutHasAsManyCellsAsItsDepthSays() {
        let cell = IndexCells.Cell(node: .zero, count: .max, hasOneKey: false)
        #expect(IndexCells(depth: 1, [cell]) == nil)
        #expect(IndexCells(depth: 17, []) == nil)
        #expect(IndexCells(depth: -1, []) == nil)
        #expect(IndexCells(depth: 1, [cell, cell]) == nil, "a sum without end")
        #expect(IndexCells.depth(of: 0) == 0 && IndexCells.depth(of: 2_047) == 0)
        #expect(IndexCells.depth(of: 2_048) == 1 && IndexCells.depth(of: .max) == 16)
    }
}
