import RocksDB
import Testing
import TestSupport

@Suite struct BlobTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [Compression.none, .zstd])
    func valuesOfAMebibyteComeBackFromBlobFiles(compression: Compression) throws {
        var generator = SeededRandom(seed: 1)
        let values = (0..<4).map { _ in generator.bytes(1 << 20) }
        var database = try open(compression)
        for (index, value) in values.enumerated() {
            try database.put(key: [UInt8(index)], value: value, in: database.columnFamily("rows"))
        }
        try database.put(key: [9], value: [9], in: database.columnFamily("rows"))
        try database.flush()
        #expect(try !folder.files(".blob").isEmpty)
        database.close()
        database = try open(compression)
        let rows = database.columnFamily("rows")
        for (index, value) in values.enumerated() {
            let isSame = try database.get([UInt8(index)], in: rows) == value
            #expect(isSame, "value \(index)")
        }
        #expect(try database.get([9], in: rows) == [9])
        let tables = try folder.files(".sst").reduce(0) { try $0 + folder.bytes(at: $1).count }
        #expect(tables < 64 << 10)
    }

    /// Erasure depends on it: bytes that no row has any more must not stay in any file.
    @Test func aReplacedValueLeavesTheDiskAfterCompaction() throws {
        var generator = SeededRandom(seed: 2)
        let secret = generator.bytes(64)
        let database = try open(.none)
        let rows = database.columnFamily("rows")
        try database.put(key: [1], value: generator.bytes(10_000), in: rows)
        try database.put(key: [2], value: secret + generator.bytes(10_000), in: rows)
        let last = generator.bytes(10_000)
        try database.put(key: [3], value: last, in: rows)
        try database.flush()
        try database.compact(rows)
        // RocksDB does so a little later, and a file that goes while it is read is an error.
        try database.removeObsoleteFiles()
        #expect(try folder.isOnDisk(secret))
        try database.put(key: [2], value: [0], in: rows)
        try database.flush()
        try database.compact(rows)
        try database.removeObsoleteFiles()
        #expect(try !folder.isOnDisk(secret))
        #expect(try database.get([3], in: rows) == last)
        #expect(try folder.isOnDisk(Array(last[..<64])))
    }

    private func open(_ compression: Compression) throws -> Database {
        var rows = ColumnFamilyOptions(name: "rows")
        rows.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: 512)
        rows.blobFiles?.compression = compression
        return try folder.open(families: [rows])
    }
}
