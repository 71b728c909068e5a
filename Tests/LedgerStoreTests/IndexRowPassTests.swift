import Files
import Foundation
import IndexMap
import LedgerStore
import Merkle
import RocksDB
import TestSupport
import Testing

/// The rows of the index as one pass reads them, against readers of their own for each bucket.
@Suite struct IndexRowPassTests {
    private let shelf: StoreShelf

    init() throws {
        shelf = try StoreShelf()
    }

    private static let tables = 3
    private static let tableEntries = 500

    /// Puts three tables of random keys into the store, and of some that many entries have;
    /// returns all records, sorted.
    private func fill(_ random: inout SeededRandom) throws -> [IndexRecord] {
        let hot = try (0..<3).map { _ in try key(&random) }
        var all: [IndexRecord] = []
        for table in 0..<Self.tables {
            var records: [IndexRecord] = []
            for offset in 0..<Self.tableEntries {
                let index = UInt64(table * Self.tableEntries + offset)
                records.append(IndexRecord(key: try key(&random), index: index))
                records.append(
                    IndexRecord(key: hot[random.number(below: hot.count)], index: index))
            }
            try shelf.ingest(records, below: UInt64((table + 1) * Self.tableEntries))
            all += records
        }
        return all.sorted()
    }

    private func key(_ random: inout SeededRandom) throws -> IndexKey {
        IndexKey(try #require(Hash(random.bytes(32))))
    }

    private static let everything = IndexPrefix(of: IndexKey(.zero), depth: 0)

    /// Buckets and parts of the map, forwards and backwards, from their beginning and from within.
    @Test func aPassGivesWhatAReaderOfItsOwnGives() throws {
        var random = SeededRandom(for: "a pass over rows")
        let all = try fill(&random)
        let rows = StoredIndexRows(shelf.store)
        let pass = try IndexRowPass(shelf.store)
        for _ in 0..<400 {
            let record = all[random.number(below: all.count)]
            let near = try random.happens(80) ? record.key : key(&random)
            let depth = random.happens(10) ? IndexKey.bitCount : random.number(below: 12)
            let prefix = IndexPrefix(of: near, depth: depth)
            let after = prefix.contains(record.key) && random.happens(40) ? record : nil
            let size = UInt64(random.number(below: Self.tables * Self.tableEntries + 1))
            let limit = 1 + random.number(below: 80)
            let expected = try rows.records(in: prefix, after: after, below: size, limit: limit)
            let found = try pass.records(in: prefix, after: after, below: size, limit: limit)
            #expect(found == expected, "\(prefix) below \(size), \(random)")
        }
        let whole = try pass.records(in: Self.everything, after: nil, below: .max, limit: .max)
        #expect(whole == all, "\(random)")
    }

    @Test func aPassSeesTheRowsOfItsBeginning() throws {
        var random = SeededRandom(for: "a pass of one moment")
        let all = try fill(&random)
        let pass = try IndexRowPass(shelf.store)
        let end = UInt64(Self.tables * Self.tableEntries)
        let late = IndexRecord(key: try key(&random), index: end)
        try shelf.ingest([late], below: end + 1)
        let seen = try pass.records(in: Self.everything, after: nil, below: .max, limit: .max)
        #expect(seen == all)
        let next = try IndexRowPass(shelf.store).records(
            in: Self.everything, after: nil, below: .max, limit: .max)
        #expect(next == (all + [late]).sorted())
    }

    @Test func aPassEndsWithItsStore() throws {
        var random = SeededRandom(for: "a pass over a closed store")
        let all = try fill(&random)
        let pass = try IndexRowPass(shelf.store)
        shelf.store.close()
        let prefix = IndexPrefix(of: all[0].key, depth: 4)
        #expect(throws: LedgerError.closed) {
            try pass.records(in: prefix, after: nil, below: .max, limit: 65)
        }
    }

    /// What a pass reads is asked for once.
    @Test func aPassLeavesTheBlockCacheToOthers() throws {
        var random = SeededRandom(for: "a pass and the cache")
        let all = try fill(&random)
        let pass = try IndexRowPass(shelf.store)
        // From here on the indexes of the tables are there, which stay for all.
        _ = try pass.records(in: Self.everything, after: nil, below: .max, limit: .max)
        let before = try cachedBytes()
        let seen = try pass.records(in: Self.everything, after: nil, below: .max, limit: .max)
        #expect(seen == all)
        #expect(try cachedBytes() == before)
        _ = try StoredIndexRows(shelf.store).records(
            in: Self.everything, after: nil, below: .max, limit: .max)
        #expect(try cachedBytes() > before)
    }

    private func cachedBytes() throws -> Int {
        let store = shelf.store
        let text = store.database.property("rocksdb.block-cache-usage", of: store.keys)
        return try #require(text.flatMap { Int($0) })
    }

    // MARK: - Tables

    /// RocksDB has the system forget a table that it writes; then each bucket of the next epoch
    /// would be a read of the disk.
    @Test func theBlocksOfANewTableAreInMemory() throws {
        var random = SeededRandom(for: "a new table")
        let records = try (0..<UInt64(20_000)).map {
            IndexRecord(key: try key(&random), index: $0)
        }
        let path = try shelf.store.writeTable(of: records.sorted(), below: 20_000)
        // Not every file system keeps what is read where mincore(2) sees it, and the system may
        // need the memory of some for others.
        let folder = try TemporaryFolder("pages")
        let other = try folder.write(Array(Data(contentsOf: URL(filePath: path))), to: "read")
        _ = try Data(contentsOf: URL(filePath: other))
        guard try Self.residentShare(of: other) > 0.9 else { return }
        #expect(try Self.residentShare(of: path) > 0.5)
    }

    /// Returns the share of a file's pages that the system has in memory.
    private static func residentShare(of path: String) throws -> Double {
        let file = try InputFile(path)
        let byteCount = Int(file.status.size)
        return file.lend { descriptor -> Double in
            guard
                let memory = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
            else { return 0 }
            defer { unsafe munmap(memory, byteCount) }
            let pageBytes = sysconf(Int32(_SC_PAGESIZE))
            var pages = [UInt8](repeating: 0, count: (byteCount + pageBytes - 1) / pageBytes)
            guard unsafe mincore(memory, byteCount, &pages) == 0 else { return 0 }
            return Double(pages.count { $0 & 1 == 1 }) / Double(pages.count)
        }
    }
}
