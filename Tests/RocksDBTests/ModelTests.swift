import RocksDB
import Testing
import TestSupport

/// The database beside a dictionary, through thousands of random operations.
@Suite struct ModelTests {
    private typealias Model = [[UInt8]: [UInt8]]

    @Test(arguments: [1, UInt64.random(in: .min ... .max)])
    func aDatabaseBehavesAsADictionary(seed: UInt64) throws {
        print("seed of aDatabaseBehavesAsADictionary: \(seed)")
        let folder = try TemporaryFolder()
        var run = Run(folder: folder, database: try open(folder), generator: .init(seed: seed))
        for step in 0..<10_000 {
            try run.step()
            if step % 2_500 == 2_499 {
                run.snapshot = nil
                run.database.close()
                run.database = try open(folder)
                try run.compareAll()
            }
        }
        #expect(run.failures.isEmpty, "seed \(seed)")
    }

    private func open(_ folder: TemporaryFolder) throws -> Database {
        var rows = ColumnFamilyOptions(name: "rows")
        rows.bloomBitsPerKey = 10
        rows.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: 200)
        rows.writeBufferByteCount = 64 << 10
        return try folder.open(families: [rows])
    }

    private struct Run {
        let folder: TemporaryFolder
        var database: Database
        var generator: SeededRandom
        var model: Model = [:]
        var snapshot: (handle: Snapshot, model: Model)?
        var failures: [String] = []

        var rows: ColumnFamily { database.columnFamily("rows") }

        mutating func step() throws {
            switch Int.random(in: 0..<1000, using: &generator) {
            case ..<400: try writeBatch()
            case ..<650: try get()
            case ..<750: try readSeveral()
            case ..<950: try scan()
            case ..<970: snapshot = (try Snapshot(of: database), model)
            case ..<980: snapshot = nil
            case ..<995: try database.flush()
            default: try database.compact(rows)
            }
        }

        /// Keys are short and of few different bytes, so that operations meet.
        mutating func key() -> [UInt8] {
            let count = Int.random(in: 0...4, using: &generator)
            return (0..<count).map { _ in [0, 1, 0x80, 0xFF].randomElement(using: &generator) ?? 0 }
        }

        mutating func writeBatch() throws {
            let batch = try WriteBatch(for: database)
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                let key = key()
                switch Int.random(in: 0..<10, using: &generator) {
                case ..<7:
                    let value = generator.bytes(Int.random(in: 0...400, using: &generator))
                    batch.put(key: key, value: value, in: rows)
                    model[key] = value
                default:
                    batch.delete(key: key, in: rows)
                    model[key] = nil
                }
            }
            try database.write(batch, sync: Bool.random(using: &generator))
        }

        mutating func get() throws {
            let key = key()
            check(try database.get(key, in: rows) == model[key], "get \(key)")
            if let snapshot {
                let value = try database.get(key, in: rows, snapshot: snapshot.handle)
                check(value == snapshot.model[key], "get \(key) of a snapshot")
            }
        }

        mutating func readSeveral() throws {
            let keys = (0..<Int.random(in: 0...20, using: &generator)).map { _ in key() }
            check(try database.values(of: keys, in: rows) == keys.map { model[$0] }, "get \(keys)")
        }

        mutating func scan() throws {
            let (one, two) = (key(), key())
            let (lower, upper) = one.lexicographicallyPrecedes(two) ? (one, two) : (two, one)
            var expected = model
            var iterator: Iterator
            if let snapshot, Bool.random(using: &generator) {
                expected = snapshot.model
                iterator = try Iterator(
                    over: rows, of: database, lowerBound: lower, upperBound: upper,
                    snapshot: snapshot.handle)
            } else {
                iterator = try Iterator(
                    over: rows, of: database, lowerBound: lower, upperBound: upper)
            }
            let sorted = expected.filter { isIn($0.key, lower, upper) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let isForward = Bool.random(using: &generator)
            var isValid = try isForward ? iterator.seekToFirst() : iterator.seekToLast()
            for (key, value) in isForward ? sorted : sorted.reversed() {
                check(iterator.key == key && iterator.value == value, "scan \(lower)..<\(upper)")
                isValid = try isForward ? iterator.next() : iterator.previous()
            }
            check(!isValid, "scan \(lower)..<\(upper) ends")
        }

        mutating func compareAll() throws {
            var found: Model = [:]
            var iterator = try Iterator(over: rows, of: database)
            try iterator.seekToFirst()
            while let key = iterator.key {
                found[key] = iterator.value
                try iterator.next()
            }
            check(found == model, "all rows after opening again")
        }

        mutating func check(_ isTrue: Bool, _ what: String) {
            if !isTrue { failures.append(what) }
        }

        func isIn(_ key: [UInt8], _ start: [UInt8], _ end: [UInt8]) -> Bool {
            !key.lexicographicallyPrecedes(start) && key.lexicographicallyPrecedes(end)
        }
    }
}
