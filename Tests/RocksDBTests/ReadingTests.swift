import RocksDB
import Testing
import TestSupport

@Suite struct ReadingTests {
    private let folder: TemporaryFolder
    private let database: Database
    private let rows: ColumnFamily

    init() throws {
        folder = try TemporaryFolder()
        database = try folder.open()
        rows = database.columnFamily("rows")
    }

    @Test func anAbsentRowIsNilAndAnEmptyValueIsNot() throws {
        #expect(try database.get([], in: rows) == nil)
        try database.put(key: [], value: [], in: rows)
        #expect(try database.get([], in: rows) == [])
        #expect(try database.withValue(for: [], in: rows) { $0.isEmpty } == true)
        try database.flush()
        #expect(try database.get([], in: rows) == [])
        #expect(try database.values(of: [[], [1], []], in: rows) == [[], nil, []])
    }

    @Test func aZeroByteIsAByteLikeAnyOther() throws {
        try database.put(key: [0, 1], value: [1, 0, 2], in: rows)
        #expect(try database.get([0, 1], in: rows) == [1, 0, 2])
        #expect(try database.get([0], in: rows) == nil)
    }

    @Test func aValueIsReadInPlaceByASpanOfAnInlineKey() throws {
        let key: InlineArray<3, UInt8> = [1, 2, 3]
        try database.put(key: [1, 2, 3], value: [4, 5], in: rows)
        #expect(try database.withValue(for: key.span, in: rows) { $0[1] } == 5)
        #expect(try database.get(key.span, in: rows) == [4, 5])
    }

    @Test func familiesDoNotShareRows() throws {
        try database.put(key: [1], value: [1], in: rows)
        #expect(try database.get([1], in: database.columnFamily("others")) == nil)
    }

    @Test(arguments: [0, 1, 2, 100, 1000])
    func manyKeysAreAnsweredOneForOne(count: Int) throws {
        let batch = try WriteBatch(for: database)
        for index in stride(from: 0, to: count, by: 2) {
            batch.put(key: key(index), value: key(index * 3), in: rows)
        }
        try database.write(batch, sync: false)
        try database.flush()
        let order = (0..<count).map { (index: Int) in (index * 7919) % max(1, count) }
        let values = try database.values(of: order.map(key), in: rows)
        #expect(values == order.map { $0 % 2 == 0 ? key($0 * 3) : nil })
    }

    @Test func valuesInPlaceComeWithTheirPlace() throws {
        try database.put(key: [1], value: [10], in: rows)
        try database.put(key: [3], value: [30], in: rows)
        var seen: [Int: UInt8] = [:]
        try database.withValues(for: [[3], [2], [1]], in: rows) { seen[$0] = $1[0] }
        #expect(seen == [0: 30, 2: 10])
    }

    @Test func keysOfOneLengthAreFoundWhereTheyLie() throws {
        try database.put(key: [1, 1], value: [10], in: rows)
        try database.put(key: [3, 3], value: [30], in: rows)
        var seen: [Int: UInt8] = [:]
        try database.withValues(for: [3, 3, 1, 3, 1, 1], each: 2, in: rows) { seen[$0] = $1[0] }
        #expect(seen == [0: 30, 2: 10])
        try database.withValues(for: [], each: 2, in: rows) { seen[$0] = $1[0] }
        #expect(seen.count == 2)
    }

    @Test func aSnapshotDoesNotSeeLaterChanges() throws {
        try database.put(key: [1], value: [1], in: rows)
        try database.put(key: [2], value: [2], in: rows)
        let snapshot = try Snapshot(of: database)
        let batch = try WriteBatch(for: database)
        batch.put(key: [1], value: [9], in: rows)
        batch.delete(key: [2], in: rows)
        batch.put(key: [3], value: [3], in: rows)
        try database.write(batch, sync: true)
        try database.flush()
        try database.compact(rows)
        #expect(try database.values(of: [[1], [2], [3]], in: rows) == [[9], nil, [3]])
        let before = try database.values(of: [[1], [2], [3]], in: rows, snapshot: snapshot)
        #expect(before == [[1], [2], nil])
        #expect(try database.get([1], in: rows, snapshot: snapshot) == [1])
        var iterator = try Iterator(over: rows, of: database, snapshot: snapshot)
        #expect(try iterator.seekToLast())
        #expect(iterator.key == [2])
    }

    @Test func handlesOfAnotherOpeningAreRefused() throws {
        let otherFolder = try TemporaryFolder()
        let other = try otherFolder.open()
        let foreignRows = other.columnFamily("rows")
        let foreignSnapshot = try Snapshot(of: other)
        let foreignBatch = try WriteBatch(for: other)
        let calls: [() throws -> Void] = [
            { _ = try database.get([1], in: foreignRows) },
            { _ = try database.values(of: [[1]], in: foreignRows) },
            { _ = try database.get([1], in: rows, snapshot: foreignSnapshot) },
            { _ = try Iterator(over: foreignRows, of: database) },
            { _ = try Iterator(over: rows, of: database, snapshot: foreignSnapshot) },
            { try database.put(key: [1], value: [1], in: foreignRows) },
            { try database.compact(foreignRows) },
            { try database.write(foreignBatch, sync: false) },
        ]
        for (index, call) in calls.enumerated() {
            let error = #expect(throws: RocksDBError.self, "call \(index)") { try call() }
            #expect(error?.kind == .invalidArgument, "call \(index)")
        }
        #expect(database.property("rocksdb.estimate-num-keys", of: foreignRows) == nil)
    }

    private func key(_ index: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)]
    }
}
