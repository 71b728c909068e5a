import Encoding
import Foundation
import Ledger
import Merkle
import Provenance
import RocksDB

/// How many entries RocksDB takes alone: the ledger's rows, in batches of the ledger's size.
///
/// Tiles are rows of 8 KiB: one for every 256 entries and one that is not full yet, and one of
/// the next level. Making the rows is not timed; putting them into a batch and writing it is.
struct StoreLimit {
    private let database: Database
    private var time = Duration.zero
    private var computed = 0.0

    private init(path: String) throws {
        var options = DatabaseOptions()
        options.createIfMissing = true
        database = try Database(
            path: path, columnFamilies: StoreLayout.families, options: options)
    }

    /// Writes all `works` into a new folder and returns entries per second.
    static func measure(
        _ works: ArraySlice<SignedWork>, batch: Int, folder: URL
    ) throws -> Rate {
        let path = folder.appending(path: "store").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var limit = try StoreLimit(path: path)
        defer { limit.database.close() }
        var start = works.startIndex
        while start < works.endIndex {
            let end = min(start + batch, works.endIndex)
            try limit.write(works[start..<end])
            start = end
        }
        let count = Double(works.count)
        return Rate(
            perSecond: count / (limit.time / .seconds(1)), computed: limit.computed / count)
    }

    private typealias Row = (family: StoreLayout.Family, key: [UInt8], value: [UInt8])

    private mutating func write(_ works: ArraySlice<SignedWork>) throws {
        let rows = works.enumerated().flatMap { offset, work in
            Self.rows(of: work, at: UInt64(works.startIndex + offset))
        }
        let size = UInt64(works.endIndex)
        let tiles = Self.tiles(from: UInt64(works.startIndex), to: size)
        let head: Row = (.heads, StoreLayout.key(size), Array(repeating: 1, count: 48))
        let signed: Row = (.heads, StoreLayout.key(size), Array(repeating: 1, count: 400))
        let threads = works.enumerated().flatMap { offset, work in
            Self.threads(of: work.statement, at: UInt64(works.startIndex + offset))
        }
        try write(rows + tiles + [head], sync: true)
        try write([signed], sync: false)
        try write(threads, sync: false)
    }

    private mutating func write(_ rows: [Row], sync: Bool) throws {
        let families = Dictionary(
            uniqueKeysWithValues: StoreLayout.Family.allCases.map {
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

    private static func rows(of work: SignedWork, at index: UInt64) -> [Row] {
        let statement = work.statement
        let key = StoreLayout.key(index)
        let nonce = Hash.sha256(statement.issuer.utf8 + [0] + statement.claimID)
        return [
            (.entries, key, statement.leaf),
            (.ids, statement.id.hash.bytes, key),
            (.nonces, nonce.bytes, key),
            (.subjects, StoreLayout.key(statement.subjectDigests[0], index), []),
            (.manifests, key, [0] + work.manifest),
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

    private static func threads(of statement: Statement, at index: UInt64) -> [Row] {
        [(0, statement.subject), (1, statement.issuer)].map { kind, name in
            (.threads, [kind] + StoreLayout.key(Hash.sha256(name.utf8), index), [])
        }
    }
}
