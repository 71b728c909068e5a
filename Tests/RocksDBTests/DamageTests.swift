import Foundation
import RocksDB
import Testing
import TestSupport

@Suite struct DamageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Rot in a table must never look like an absent row or like the end of the rows.
    @Test func rotInATableIsReportedByEveryRead() throws {
        let database = try openDamaged(".sst", at: 1000)
        let rows = database.columnFamily("rows")
        let reads: [() throws -> Void] = [
            { _ = try database.get([0], in: rows) },
            { _ = try database.values(of: [[9], [0]], in: rows) },
            {
                var iterator = try Iterator(over: rows, of: database)
                try iterator.seekToFirst()
                while try iterator.next() {}
            },
        ]
        for (index, read) in reads.enumerated() {
            let error = #expect(throws: RocksDBError.self, "read \(index)") { try read() }
            #expect(error?.kind == .corruption, "read \(index)")
            #expect(error?.message.contains(".sst") == true, "read \(index)")
        }
        #expect(try database.get([9], in: rows) != nil)
    }

    /// Nor like the end of a level, of which other tables can be read.
    @Test func rotInOneTableOfALevelIsReportedInBothDirections() throws {
        do {
            let database = try folder.open()
            let rows = database.columnFamily("rows")
            for key in 0..<4 as Range<UInt8> {
                try database.put(key: [key], value: [key], in: rows)
                guard !key.isMultiple(of: 2) else { continue }
                // A table that overlaps no other one moves down as it is.
                try database.flush()
                try database.compact(rows)
            }
            database.close()
        }
        let tables = try folder.files(".sst")
        #expect(tables.count == 2)
        for table in tables {
            let bytes = try folder.bytes(at: table)
            var damaged = bytes
            damaged[12] ^= 0xFF
            try folder.write(damaged, at: table)
            let database = try folder.open()
            for isForward in [true, false] {
                let error = #expect(throws: RocksDBError.self, "\(table), \(isForward)") {
                    var rows = try Iterator(over: database.columnFamily("rows"), of: database)
                    if isForward {
                        try rows.seekToFirst()
                        while try rows.next() {}
                    } else {
                        try rows.seekToLast()
                        while try rows.previous() {}
                    }
                }
                #expect(error?.kind == .corruption)
            }
            database.close()
            try folder.write(bytes, at: table)
        }
    }

    @Test func rotInABlobFileIsReported() throws {
        var family = ColumnFamilyOptions(name: "rows")
        family.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: 100)
        family.blobFiles?.compression = .none
        let database = try openDamaged(".blob", at: 1000, family)
        let error = #expect(throws: RocksDBError.self) {
            try database.get([0], in: database.columnFamily("rows"))
        }
        #expect(error?.kind == .corruption)
    }

    @Test func aMissingTableIsReportedWhenOpening() throws {
        let database = try folder.open()
        try fill(database)
        try FileManager.default.removeItem(atPath: #require(folder.files(".sst").last))
        let error = #expect(throws: RocksDBError.self) { try folder.open() }
        #expect(error?.kind == .corruption || error?.kind == .ioError(noSpace: false))
    }

    @Test func aFolderWhoseNewestManifestIsGoneIsNotAnEmptyOne() throws {
        try folder.open().close()
        try folder.write([], at: folder.database + "/CURRENT")
        let error = #expect(throws: RocksDBError.self) { try folder.open() }
        #expect(error?.kind == .corruption)
    }

    /// `COLOPHON_SMALL_FOLDER` names a folder on a file system of some 20 MiB.
    @Test(.enabled(if: DamageTests.smallFolder != nil, "set COLOPHON_SMALL_FOLDER"))
    func aFullDiskIsReportedAndLosesNothingThatWasSynced() throws {
        let path = try #require(DamageTests.smallFolder) + "/\(UUID().uuidString)"
        let ballast = path + ".ballast"
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: ballast)
        }
        try folder.write([UInt8](repeating: 1, count: 10 << 20), at: ballast)
        var options = DatabaseOptions()
        options.createIfMissing = true
        var generator = SeededRandom(seed: 4)
        var database = try Database(path: path, columnFamilies: [], options: options)
        var written: UInt32 = 0
        let error = #expect(throws: RocksDBError.self) {
            while true {
                try database.put(
                    key: key(written), value: generator.bytes(64 << 10),
                    in: database.columnFamily("default"), sync: true)
                written += 1
            }
        }
        #expect(error?.kind == .ioError(noSpace: true))
        #expect(try database.get(key(0), in: database.columnFamily("default")) != nil)
        let again = #expect(throws: RocksDBError.self) {
            try database.put(key: [], value: [], in: database.columnFamily("default"))
        }
        #expect(again?.kind == .ioError(noSpace: true))
        database.close()
        // Opening writes what was only in the log to files, so it needs room too.
        let full = #expect(throws: RocksDBError.self) {
            try Database(path: path, columnFamilies: [])
        }
        #expect(full?.kind == .ioError(noSpace: true))
        try FileManager.default.removeItem(atPath: ballast)
        database = try Database(path: path, columnFamilies: [])
        for index in 0..<written {
            let value = try database.get(key(index), in: database.columnFamily("default"))
            #expect(value?.count == 64 << 10)
        }
    }

    private static let smallFolder = ProcessInfo.processInfo.environment["COLOPHON_SMALL_FOLDER"]

    private func key(_ index: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: index >> $0) }
    }

    /// Writes ten rows of 10,000 random bytes into one file.
    private func fill(_ database: Database) throws {
        var generator = SeededRandom(seed: 3)
        for index in 0..<10 as Range<UInt8> {
            try database.put(
                key: [index], value: generator.bytes(10_000), in: database.columnFamily("rows"))
        }
        try database.flush()
        database.close()
    }

    private func openDamaged(
        _ suffix: String, at offset: Int, _ family: ColumnFamilyOptions = .init(name: "rows")
    ) throws -> Database {
        let families = [family, ColumnFamilyOptions(name: "others")]
        try fill(folder.open(families: families))
        let file = try #require(folder.files(suffix).first)
        var bytes = try folder.bytes(at: file)
        for index in offset..<offset + 16 {
            bytes[index] ^= 0xFF
        }
        try folder.write(bytes, at: file)
        return try folder.open(families: families)
    }
}
