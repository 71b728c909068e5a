import Foundation
import RocksDB
import TestSupport

/// A folder with a database in it.
extension TemporaryFolder {
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
    func bytes(at path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path)))
    }

    /// Replaces the bytes of the file at `path`.
    func write(_ bytes: [UInt8], at path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// Whether a file of the database has these bytes.
    func isOnDisk(_ bytes: [UInt8]) throws -> Bool {
        for file in try files("") {
            let content = try self.bytes(at: file)
            for start in content.indices.dropLast(bytes.count - 1)
            where content[start] == bytes[0]
                && content[start..<start + bytes.count].elementsEqual(bytes)
            {
                return true
            }
        }
        return false
    }
}
