import Foundation
import RocksDB
import Testing
import TestSupport

/// What leaves the disk, and when: erasure depends on it.
@Suite struct CompactionTests {
    private let folder: TemporaryFolder
    private let database: Database
    private let rows: ColumnFamily

    init() throws {
        folder = try TemporaryFolder()
        var options = ColumnFamilyOptions(name: "rows")
        options.blobFiles = ColumnFamilyOptions.BlobFiles(minimumByteCount: 512)
        database = try folder.open(families: [options])
        rows = database.columnFamily("rows")
    }

    /// A value in a blob file, one beside its key, and one that is only in the log.
    @Test func aReplacedRowLeavesEveryFileWhenItsRangeIsCompacted() throws {
        var generator = SeededRandom(seed: 3)
        let secrets = (0..<3).map { _ in generator.bytes(64) }
        for key in 0..<60 as Range<UInt8> {
            var value = generator.bytes(key % 2 == 0 ? 2_000 : 100)
            if key == 10 { value = secrets[0] + value }
            if key == 31 { value = secrets[1] + value }
            if key == 59 { value = secrets[2] + value }
            try database.put(key: [key], value: value, in: rows)
            if key == 20 || key == 40 { try database.flush() }
        }
        for secret in secrets { #expect(try folder.isOnDisk(secret)) }
        for key in [10, 31, 59] as [UInt8] { try database.put(key: [key], value: [1], in: rows) }
        try database.flush()
        for key in [10, 31, 59] as [UInt8] {
            try database.compact(rows, from: [key], through: [key])
        }
        try database.removeObsoleteFiles()
        #expect(!database.hasStaleValues(in: rows))
        #expect(!database.hasKeptFiles(of: rows))
        for secret in secrets { #expect(try !folder.isOnDisk(secret)) }
        #expect(try database.get([12], in: rows)?.count == 2_000)
        #expect(try database.get([10], in: rows) == [1])
    }

    @Test func whatASnapshotSeesStaysAndIsCounted() throws {
        var generator = SeededRandom(seed: 4)
        let secret = generator.bytes(64)
        try database.put(key: [1], value: secret + generator.bytes(2_000), in: rows)
        try database.flush()
        var snapshot: Snapshot? = try Snapshot(of: database)
        #expect(database.snapshotCount == 1)
        try database.put(key: [1], value: [0], in: rows)
        try database.flush()
        try database.compact(rows, from: [1], through: [1])
        #expect(try folder.isOnDisk(secret))
        #expect(try database.get([1], in: rows, snapshot: snapshot)?.count == 2_064)
        snapshot = nil
        #expect(database.snapshotCount == 0)
        try database.compact(rows, from: [1], through: [1])
        try database.removeObsoleteFiles()
        #expect(try !folder.isOnDisk(secret))
        #expect(!database.hasStaleValues(in: rows))
    }

    @Test func filesThatAnIteratorReadsAreKeptAndSaidToBe() throws {
        try database.put(key: [1], value: [UInt8](repeating: 7, count: 2_000), in: rows)
        try database.flush()
        do {
            var iterator = try Iterator(over: rows, of: database)
            try iterator.seekToFirst()
            try database.put(key: [1], value: [0], in: rows)
            try database.flush()
            try database.compact(rows, from: [1], through: [1])
            #expect(database.hasKeptFiles(of: rows))
            #expect(iterator.value?.count == 2_000)
        }
        try database.removeObsoleteFiles()
        #expect(!database.hasKeptFiles(of: rows))
    }

    @Test func compactionsThatAreStoppedDoNothing() throws {
        database.stopCompactions()
        try database.put(key: [1], value: [1], in: rows)
        try database.compact(rows, from: [0], through: [9])
        #expect(try database.get([1], in: rows) == [1])
    }

    /// Of rows that come once nothing is stale, however many are younger than the oldest run:
    /// RocksDB's own 200 percent would have all of them written again.
    @Test func runsAreNotMergedForRowsThatMightBeStale() throws {
        var family = ColumnFamilyOptions(name: "rows")
        family.merging = .tiered(runs: 8)
        let place = try TemporaryFolder()
        try place.open(families: [family]).close()
        let names = try FileManager.default.contentsOfDirectory(atPath: place.database)
        let newest = try #require(names.filter { $0.hasPrefix("OPTIONS-") }.max())
        let options = try String(contentsOfFile: "\(place.database)/\(newest)", encoding: .utf8)
        let part = options.components(separatedBy: "[CFOptions \"rows\"]").last ?? ""
        #expect(part.contains("max_size_amplification_percent=1000000;"), "\(part)")
    }
}
