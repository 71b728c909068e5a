import Foundation
import IndexMap
import Merkle

/// The examples in `Schemas/index`, with which any other program can be tried (index.md §7).
struct IndexVectors: Codable, Equatable {
    /// A name and its key.
    struct Name: Codable, Equatable {
        let kind: UInt64
        /// The value in hexadecimal digits.
        let value: String
        /// The key; nil where the value is no name.
        let key: String?
    }

    /// A map and its root.
    struct Map: Codable, Equatable {
        let name: String
        /// The number of leaves that it covers.
        let size: UInt64
        /// The entries of the log that index.md §7 describes; nil where records are given.
        let entries: UInt64?
        /// Each key with its indexes.
        let records: [String: [UInt64]]?
        let root: String
    }

    /// A proof and what it shows.
    struct Proof: Codable, Equatable {
        let name: String
        /// The map by its name.
        let map: String
        let proof: String
        /// `listed`, `false` or `unknown`.
        let verdict: String
        /// What is broken, in our words; nil where nothing is.
        let rule: String?
        /// How many entries are listed.
        let count: UInt64?
        /// The indexes that are shown, by the position of the first.
        let runs: [String: [UInt64]]?
    }

    /// A snapshot, its bytes in hexadecimal digits.
    struct Snapshot: Codable, Equatable {
        let map: String
        let head: String
        let bytes: String
    }

    let names: [Name]
    let maps: [Map]
    let proofs: [Proof]
    let snapshots: [Snapshot]

    /// The file, which lies with the documents.
    static let file = URL(filePath: #filePath, directoryHint: .notDirectory)
        .appending(path: "../../../Schemas/index/vectors.json").standardizedFileURL

    /// Whether the file is to be written anew.
    static var isWritten: Bool {
        ProcessInfo.processInfo.environment["COLOPHON_WRITE_INDEX"] == "1"
    }

    static func read() throws -> IndexVectors {
        try JSONDecoder().decode(IndexVectors.self, from: Data(contentsOf: file))
    }

    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try FileManager.default.createDirectory(
            at: Self.file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (encoder.encode(self) + Data("\n".utf8)).write(to: Self.file)
    }
}
