import Foundation
import RocksDB

/// A new folder that is removed with the value that owns it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let name = "colophon-rocksdb-\(UUID().uuidString)"
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of the database in this folder.
    var database: String { path + "/store" }

    /// Opens the database with the families `rows` and `others`.
    func open(
        families: [ColumnFamilyOptions] = [.init(name: "rows"), .init(name: "others")],
        _ change: (inout DatabaseOptions) -> Void = { _ in }
    ) throws(RocksDBError) -> Database {
        var options = DatabaseOptions()
        options.createIfMissing = true
        options.maximumOpenFiles = 64
        change(&options)
        return try Database(path: database, columnFamilies: families, options: options)
    }

    /// Returns the paths of the database's files whose names end with `suffix`, sorted.
    func files(_ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: database)
            .filter { $0.hasSuffix(suffix) }.sorted().map { database + "/" + $0 }
    }

    /// Returns the bytes of the file at `path`.
    func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Replaces the bytes of the file at `path`.
    func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}

/// Random numbers that a printed seed brings back (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Returns `count` random bytes, which no compression makes smaller.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
