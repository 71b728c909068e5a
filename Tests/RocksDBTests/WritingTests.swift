import Foundation
import RocksDB
import Testing
import TestSupport

@Suite struct WritingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func aBatchIsInvisibleUntilItIsWritten() throws {
        let database = try folder.open()
        let (rows, others) = (database.columnFamily("rows"), database.columnFamily("others"))
        let batch = try WriteBatch(for: database)
        let key: InlineArray<1, UInt8> = [1]
        let value: InlineArray<2, UInt8> = [2, 3]
        batch.put(key: key.span, value: value.span, in: rows)
        batch.put(key: [1], value: [4], in: others)
        #expect(try database.get([1], in: rows) == nil)
        try database.write(batch, sync: true)
        #expect(try database.get([1], in: rows) == [2, 3])
        #expect(try database.get([1], in: others) == [4])
    }

    @Test func laterChangesOfABatchWin() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        let key: InlineArray<1, UInt8> = [2]
        let batch = try WriteBatch(for: database)
        batch.put(key: [1], value: [1], in: rows)
        batch.delete(key: [1], in: rows)
        batch.delete(key: key.span, in: rows)
        batch.put(key: [2], value: [2], in: rows)
        try database.write(batch, sync: false)
        #expect(try database.values(of: [[1], [2]], in: rows) == [nil, [2]])
    }

    @Test func aBatchCountsItsChangesAndCanBeUsedAgain() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        let batch = try WriteBatch(for: database)
        #expect(batch.count == 0)
        #expect(batch.byteCount == 12)
        batch.put(key: [1], value: Array(repeating: 7, count: 1000), in: rows)
        batch.delete(key: [2], in: rows)
        #expect(batch.count == 2)
        #expect(1001...1100 ~= batch.byteCount)
        batch.clear()
        #expect(batch.count == 0)
        #expect(batch.byteCount == 12)
        batch.put(key: [3], value: [3], in: rows)
        try database.write(batch, sync: false)
        try database.write(batch, sync: false)
        #expect(try database.values(of: [[1], [3]], in: rows) == [nil, [3]])
    }

    @Test func anEmptyBatchChangesNothing() throws {
        let database = try folder.open()
        try database.write(WriteBatch(for: database), sync: true)
        var iterator = try Iterator(over: database.columnFamily("rows"), of: database)
        #expect(try !iterator.seekToFirst())
    }

    @Test func aBatchStopsTheProgramAtAFamilyOfAnotherOpening() async {
        await #expect(processExitsWith: Self.trap) {
            let folder = try TemporaryFolder()
            let old = try folder.open().columnFamily("rows")
            let batch = try WriteBatch(for: folder.open())
            try FileManager.default.removeItem(atPath: folder.path)
            batch.put(key: [1], value: [1], in: old)
        }
    }

    /// How a failed precondition ends a process, as an error that is thrown does not.
    private static var trap: ExitTest.Condition {
        #if arch(x86_64)
            .signal(SIGILL)
        #else
            .signal(SIGTRAP)
        #endif
    }

    /// A reader beside a writer of two families finds both rows of a batch or neither.
    @Test func readersNeverSeeHalfABatch() async throws {
        let database = try folder.open()
        let (rows, others) = (database.columnFamily("rows"), database.columnFamily("others"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let batch = try WriteBatch(for: database)
                for round in 0..<500 {
                    batch.clear()
                    let value = [UInt8(round >> 8), UInt8(round & 0xFF)]
                    batch.put(key: [1], value: value, in: rows)
                    batch.put(key: [1], value: value, in: others)
                    try database.write(batch, sync: false)
                }
            }
            group.addTask {
                for _ in 0..<500 {
                    let snapshot = try Snapshot(of: database)
                    let one = try database.get([1], in: rows, snapshot: snapshot)
                    #expect(try database.get([1], in: others, snapshot: snapshot) == one)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Cuts the last record, of 31 bytes, after each of its bytes, as a power cut can.
    @Test func aTornLogLosesTheWholeLastBatchAndNothingElse() throws {
        var database = try folder.open()
        try write(1, to: database, sync: true)
        try write(2, to: database, sync: false)
        try database.syncWAL()
        database.close()
        let log = try #require(folder.files(".log").last)
        let whole = try folder.bytes(at: log)
        let saved = folder.path + "/saved"
        try FileManager.default.copyItem(atPath: folder.database, toPath: saved)
        for cut in 1...31 {
            try FileManager.default.removeItem(atPath: folder.database)
            try FileManager.default.copyItem(atPath: saved, toPath: folder.database)
            try folder.write(Array(whole.dropLast(cut)), at: log)
            database = try folder.open()
            for name in ["rows", "others"] {
                let values = try database.values(of: [[1], [2]], in: database.columnFamily(name))
                #expect(values == [[1], nil], "cut \(cut)")
            }
            database.close()
        }
        try folder.write(whole, at: log)
    }

    @Test func aDamagedLogIsRefusedWhereTheOptionsSaySo() throws {
        let database = try folder.open()
        try write(1, to: database, sync: true)
        try write(2, to: database, sync: true)
        database.close()
        let log = try #require(folder.files(".log").last)
        var bytes = try folder.bytes(at: log)
        bytes[bytes.count - 3] ^= 1
        try folder.write(bytes, at: log)
        let error = #expect(throws: RocksDBError.self) {
            try folder.open { $0.walRecovery = .absoluteConsistency }
        }
        #expect(error?.kind == .corruption)
    }

    private func write(_ number: UInt8, to database: Database, sync: Bool) throws {
        let batch = try WriteBatch(for: database)
        batch.put(key: [number], value: [number], in: database.columnFamily("rows"))
        batch.put(key: [number], value: [number], in: database.columnFamily("others"))
        try database.write(batch, sync: sync)
    }
}
