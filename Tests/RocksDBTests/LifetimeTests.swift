import Foundation
import RocksDB
import Testing
import TestSupport

@Suite struct LifetimeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func everyCallAfterCloseThrowsThatItIsClosed() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        try database.put(key: [1], value: [1], in: rows)
        try database.put(key: [2], value: [2], in: rows)
        let snapshot = try Snapshot(of: database)
        let batch = try WriteBatch(for: database)
        var iterator = try Iterator(over: rows, of: database)
        try iterator.seekToFirst()
        database.close()
        let calls: [() throws -> Void] = [
            { _ = try database.get([1], in: rows) },
            { _ = try database.get([1], in: rows, snapshot: snapshot) },
            { _ = try database.values(of: [[1]], in: rows) },
            { try database.put(key: [1], value: [1], in: rows) },
            { try database.write(batch, sync: true) },
            { try database.flush() },
            { try database.syncWAL() },
            { try database.compact(rows) },
            { try database.createCheckpoint(to: folder.path + "/copy") },
            { _ = try Snapshot(of: database) },
            { _ = try WriteBatch(for: database) },
            { _ = try Iterator(over: rows, of: database) },
        ]
        for (index, call) in calls.enumerated() {
            let error = #expect(throws: RocksDBError.self, "call \(index)") { try call() }
            #expect(error?.kind == .closed, "call \(index)")
        }
        #expect(database.property("rocksdb.stats") == nil)
        batch.put(key: [3], value: [3], in: rows)
        #expect(iterator.key == [1])
        do throws(RocksDBError) {
            try iterator.next()
            Issue.record("an iterator of a closed database moved")
        } catch {
            #expect(error.kind == .closed)
        }
        #expect(iterator.isValid == false)
    }

    @Test func closingAgainDoesNothing() throws {
        let database = try folder.open()
        #expect(database.close())
        #expect(!database.close())
        #expect(!database.close())
    }

    @Test func aDatabaseThatIsForgottenIsClosed() throws {
        for _ in 0..<3 {
            let database = try folder.open()
            try database.put(key: [1], value: [1], in: database.columnFamily("rows"))
        }
    }

    /// What keeps a database open, to be dropped in every order.
    private struct Handles: ~Copyable {
        var database: Database?
        var snapshot: Snapshot?
        var iterator: Iterator?
        var batch: WriteBatch?

        init(_ database: Database) throws {
            let rows = database.columnFamily("rows")
            try database.put(key: [1], value: [1], in: rows)
            let snapshot = try Snapshot(of: database)
            var iterator = try Iterator(over: rows, of: database, prefix: [1], snapshot: snapshot)
            try iterator.seekToFirst()
            let batch = try WriteBatch(for: database)
            batch.put(key: [2], value: [2], in: rows)
            self.database = database
            self.snapshot = snapshot
            self.iterator = consume iterator
            self.batch = batch
        }

        mutating func drop(_ index: Int) {
            switch index {
            case 0: database = nil
            case 1: snapshot = nil
            case 2: iterator = nil
            default: batch = nil
            }
        }
    }

    private static let orders: [[Int]] = (0..<256).map { number in
        [number >> 6, (number >> 4) & 3, (number >> 2) & 3, number & 3]
    }.filter { Set($0).count == 4 }

    @Test(arguments: orders, [true, false])
    func handlesCanBeDroppedInAnyOrder(order: [Int], closesFirst: Bool) throws {
        var handles = try Handles(folder.open())
        if closesFirst {
            #expect(handles.database?.close() == false)
        }
        var left: Set = closesFirst ? [1, 2, 3] : [0, 1, 2, 3]
        for index in order where left.contains(index) {
            let error = #expect(throws: RocksDBError.self) { try folder.open() }
            #expect(error?.kind == .lockHeld)
            handles.drop(index)
            left.remove(index)
        }
        #expect(try folder.open().close())
    }

    @Test func closingBesideReadersIsSafe() async throws {
        for _ in 0..<10 {
            let database = try folder.open()
            let rows = database.columnFamily("rows")
            try database.put(key: [1], value: [7], in: rows)
            try database.flush()
            await withTaskGroup(of: RocksDBError.Kind.self) { group in
                for _ in 0..<4 {
                    group.addTask { Self.readUntilItFails(database, rows) }
                }
                // A thread of its own: the readers may have taken all that run tasks.
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        holdThread(atLeast: .milliseconds(5))
                        database.close()
                        continuation.resume()
                    }
                }
                for await kind in group {
                    #expect(kind == .closed)
                }
            }
            #expect(try folder.open().close())
        }
    }

    private static func readUntilItFails(
        _ database: Database, _ rows: ColumnFamily
    ) -> RocksDBError.Kind {
        do throws(RocksDBError) {
            while true {
                let value = try database.withValue(for: [1], in: rows) { $0[0] }
                #expect(value == 7)
                var iterator = try Iterator(over: rows, of: database)
                let isValid = try iterator.seekToFirst()
                #expect(isValid)
            }
        } catch {
            return error.kind
        }
    }

    @Test func aReadInPlaceOutlivesACloseInTheMiddleOfIt() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        try database.put(key: [1], value: Array(repeating: 5, count: 100_000), in: rows)
        try database.flush()
        let sum = try database.withValue(for: [1], in: rows) { value in
            #expect(!database.close())
            return value.indices.reduce(0) { $0 + Int(value[$1]) }
        }
        #expect(sum == 500_000)
        #expect(try folder.open().close())
    }
}
