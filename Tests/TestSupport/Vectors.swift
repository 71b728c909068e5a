package import Foundation

/// The published test vectors of other projects, which lie beside the package and not in it.
package enum Vectors {
    /// `COLOPHON_VECTORS`, or `../shared/vectors` as seen from the package's folder.
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COLOPHON_VECTORS"] {
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        return URL(filePath: #filePath, directoryHint: .notDirectory)
            .appending(path: "../../../../shared/vectors").standardizedFileURL
    }()

    package static var arePresent: Bool {
        get throws { try isThere(folder.path()) }
    }

    /// Reads each JSON file below `path`, in the order of their names.
    package static func all<Probe: Decodable>(
        _ type: Probe.Type, below path: String
    ) throws -> [(name: String, probe: Probe)] {
        let root = folder.appending(path: path)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path())
        return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            (name, try one(type, at: path + "/" + name))
        }
    }

    /// Reads the bytes of the file at `path`.
    package static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// Reads the JSON file at `path`.
    package static func one<Value: Decodable>(
        _ type: Value.Type = Value.self, at path: String
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }
}
