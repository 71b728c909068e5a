import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerStore
import Merkle
import Provenance
import RocksDB
import Studio

/// How many entries RocksDB takes alone: the ledger's rows, in batches of the ledger's size, on
/// top of all that the ledger has.
///
/// Tiles are rows of 8 KiB: one for every 256 entries and one that is not full yet, and one of
/// the next level. Making the rows is not timed; putting them into a batch and writing it is. Keys
/// are written at the end as one table file, sorted before, and ingested.
struct StoreLimit {
    private let database: Database
    private var time = Duration.zero
    private var computed = 0.0
    private var records: [IndexRecord] = []

    private init(path: String) throws {
        // Those of the copy: a ledger with an index has more.
        let names = try Database.listColumnFamilies(path: path)
        let families = names.compactMap(StoreLayout.Family.init(rawValue:))
        database = try Database(
            path: path, columnFamilies: families.map { StoreLayout.options(of: $0) })
    }

    /// Writes all `records` into a copy of a store and returns entries per second; the first gets
    /// the index `first`, which is not below the copy's size.
    static func measure(
        _ records: ArraySlice<SignedRecord>, from first: Int, batch: Int, in store: StoreCopy
    ) throws -> Rate {
        try store.withCopy { path in
            var limit = try StoreLimit(path: path)
            defer { limit.database.close() }
            var start = records.startIndex
            while start < records.endIndex {
                let end = min(start + batch, records.endIndex)
                try limit.write(
                    records[start..<end], at: UInt64(first + start - records.startIndex))
                start = end
            }
            try limit.ingest(path + ".limit.sst")
            let count = Double(records.count)
            return Rate(
                perSecond: count / (limit.time / .seconds(1)), computed: limit.computed / count)
        }
    }

    private typealias Row = (family: StoreLayout.Family, key: [UInt8], value: [UInt8])

    private mutating func write(_ records: ArraySlice<SignedRecord>, at first: UInt64) throws {
        let indexed = records.enumerated().map { (first + UInt64($0), $1) }
        let rows = indexed.flatMap { Self.rows(of: $1, at: $0) }
        let size = first + UInt64(records.count)
        let tiles = Self.tiles(from: first, to: size)
        let head: Row = (.heads, StoreLayout.key(size), Array(repeating: 1, count: 48))
        let signed: Row = (.heads, StoreLayout.key(size), Array(repeating: 1, count: 400))
        for (index, record) in indexed {
            self.records += record.statement.indexKeys.map { IndexRecord(key: $0, index: index) }
        }
        try write(Self.sorted(rows) + tiles + [head], sync: true)
        try write([signed], sync: false)
    }

    private mutating func ingest(_ path: String) throws {
        records.sort()
        let (start, computedBefore) = (ContinuousClock.now, Rate.ownSeconds)
        var table = try TableWriter(path: path, options: StoreLayout.options(of: .keys))
        var key: [UInt8] = []
        let none: [UInt8] = []
        for record in records {
            KeyRow.write(record, to: &key)
            try table.put(key: key.span, value: none.span)
        }
        _ = try table.finish()
        try database.ingest(path, into: database.columnFamily(StoreLayout.Family.keys.rawValue))
        time += ContinuousClock.now - start
        computed += Rate.ownSeconds - computedBefore
    }

    /// Returns rows as the ledger writes them: each family's together, in the order of their keys.
    private static func sorted(_ rows: [Row]) -> [Row] {
        StoreLayout.Family.current.flatMap { family in
            rows.filter { $0.family == family }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        }
    }

    private mutating func write(_ rows: [Row], sync: Bool) throws {
        let families = Dictionary(
            uniqueKeysWithValues: StoreLayout.Family.current.map {
                ($0, database.columnFamily($0.rawValue))
            })
        let (start, computedBefore) = (ContinuousClock.now, Rate.ownSeconds)
        let batch = try WriteBatch(for: database)
        for row in rows {
            guard let family = families[row.family] else { continue }
            batch.put(key: row.key, value: row.value, in: family)
        }
        try database.write(batch, sync: sync)
        time += ContinuousClock.now - start
        computed += Rate.ownSeconds - computedBefore
    }

    private static func rows(of record: SignedRecord, at index: UInt64) -> [Row] {
        let statement = record.statement
        let key = StoreLayout.key(index)
        return [
            (.entries, key, statement.leaf),
            (.ids, statement.id.hash.bytes, key),
            (.nonces, statement.nonceDigest.bytes, key),
            (.manifests, key, [0] + record.manifest),
        ]
    }

    private static func tiles(from start: UInt64, to end: UInt64) -> [Row] {
        let width = UInt64(TileID.width)
        var ids = (start / width...end / width).map { TileID(level: 0, index: $0) }
        ids.append(TileID(level: 1, index: end / width / width))
        return ids.map { id in
            // Hashes are random, so their rows do not compress.
            let row = (0..<TileID.width / 2).flatMap { _ in
                (0..<8).flatMap { _ in StoreLayout.key(UInt64.random(in: 0 ... .max)) }
            }
            return (.tiles, StoreLayout.key(id), row)
        }
    }
}
