import Foundation
import RocksDB
import Testing
import TestSupport

/// Table files that are written apart and taken in, and families that go.
@Suite struct IngestionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Writes a table of `keys`, each with itself as its value, and returns its path.
    private func table(_ keys: [[UInt8]], _ name: String = "table.sst") throws -> String {
        let path = folder.path(name)
        var table = try TableWriter(path: path, options: ColumnFamilyOptions(name: "rows"))
        for key in keys { try table.put(key: key, value: key) }
        #expect(try table.finish() > 0)
        return path
    }

    @Test func allRowsOfATableComeAtOnceAndTheFileIsGone() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        let path = try table([[1], [2, 0], [2, 1]])
        let before = try Snapshot(of: database)
        try database.ingest(path, into: rows)
        #expect(
            try database.values(of: [[1], [2, 0], [2, 1], [3]], in: rows)
                == [[1], [2, 0], [2, 1], nil])
        #expect(try database.get([1], in: rows, snapshot: before) == nil)
        #expect(try !isThere(path))
    }

    @Test func rowsOfATableAreThereAfterTheNextOpening() throws {
        let first = try folder.open()
        try first.ingest(try table([[1], [2]]), into: first.columnFamily("rows"))
        first.close()
        let again = try folder.open()
        #expect(try again.get([2], in: again.columnFamily("rows")) == [2])
    }

    @Test func theSameRowsMayComeTwice() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        for _ in 0..<2 { try database.ingest(try table([[1], [2]]), into: rows) }
        var all = try Iterator(over: rows, of: database)
        var count = 0
        try all.seekToFirst()
        while all.isValid {
            count += 1
            try all.next()
        }
        #expect(count == 2)
    }

    @Test(arguments: [[[2], [1]], [[1], [1]], [[1, 0], [1]]] as [[[UInt8]]])
    func rowsThatDoNotRiseAreRefused(keys: [[UInt8]]) throws {
        let error = #expect(throws: RocksDBError.self) { try table(keys) }
        #expect(error?.kind == .invalidArgument)
    }

    @Test func aTableWithoutRowsIsRefused() throws {
        let error = #expect(throws: RocksDBError.self) { try table([]) }
        #expect(error?.kind == .invalidArgument)
    }

    @Test func aFileThatIsNoTableIsRefusedAndHarmsNothing() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        let path = try folder.write("no table", to: "table.sst")
        for path in [path, folder.path("nothing.sst")] {
            #expect(throws: RocksDBError.self) { try database.ingest(path, into: rows) }
        }
        try database.put(key: [1], value: [2], in: rows, sync: true)
        #expect(try database.get([1], in: rows) == [2])
    }

    /// A half of a table that a crash has left.
    @Test func aTableThatWasCutShortIsRefused() throws {
        let database = try folder.open()
        let path = try table((0..<200).map { [$0] })
        let bytes = try folder.bytes(at: path)
        try folder.write(Array(bytes.prefix(bytes.count / 2)), at: path)
        #expect(throws: RocksDBError.self) {
            try database.ingest(path, into: database.columnFamily("rows"))
        }
    }

    @Test func aDroppedFamilyIsReadToTheEndAndTakesNothing() throws {
        let database = try folder.open()
        let (rows, others) = (database.columnFamily("rows"), database.columnFamily("others"))
        try database.put(key: [1], value: [2], in: rows, sync: true)
        try database.drop(rows)
        #expect(try database.get([1], in: rows) == [2])
        #expect(throws: RocksDBError.self) { try database.ingest(try table([[1]]), into: rows) }
        #expect(throws: RocksDBError.self) { try database.drop(rows) }
        try database.put(key: [3], value: [4], in: others)
        try database.flush()
        database.close()
        #expect(try Database.listColumnFamilies(path: folder.database) == ["default", "others"])
        let again = try folder.open()
        #expect(try again.get([1], in: again.columnFamily("rows")) == nil)
        #expect(try again.get([3], in: again.columnFamily("others")) == [4])
    }

    /// More files than stop all writes to a database with RocksDB's own limits, which are 20 and
    /// 36: none is merged here.
    @Test func filesThatNobodyMergesDoNotHoldWritesBack() throws {
        var family = ColumnFamilyOptions(name: "rows")
        family.holdsWritesBack = false
        family.merging = .tiered(runs: 1000)
        let database = try folder.open(families: [family, .init(name: "others")])
        let rows = database.columnFamily("rows")
        for number in 0..<50 as Range<UInt8> {
            try database.ingest(try table([[0], [1, number], [2]]), into: rows)
        }
        #expect(database.unmergedFileCount(of: rows) >= 40)
        #expect(database.property("rocksdb.actual-delayed-write-rate") == "0")
        #expect(database.property("rocksdb.is-write-stopped") == "0")
        try database.put(key: [1], value: [2], in: database.columnFamily("others"), sync: true)
    }
}
