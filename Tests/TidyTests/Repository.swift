import Foundation
import Processes

/// The package's folder as the tests find it on disk.
enum Repository {
    /// The package's folder: three steps up from this file.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below `Sources` and `Tests`.
    static func swiftFiles() throws -> [SourceFile] {
        try paths(below: ["Sources", "Tests"]).filter { $0.hasSuffix(".swift") }.map { path in
            SourceFile(path: path, text: try text(of: path))
        }
    }

    /// The paths of all files below `folders`, hidden ones left out.
    static func paths(below folders: [String]) -> [String] {
        folders.flatMap { folder in
            let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
            return (names?.compactMap { $0 as? String } ?? [])
                .filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
                .map { "\(folder)/\($0)" }
        }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names of the folders in `folder`.
    static func folders(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: [.isDirectoryKey]
        )
        .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        .map(\.lastPathComponent).sorted()
    }

    /// Whether this is a clone, in which git can say which files are part of the project.
    static var isClone: Bool {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: root.path()).contains(".git")
        }
    }

    /// The paths of all files that git tracks.
    static func trackedPaths() throws -> [String] {
        let names = try Child.run("git", ["-C", root.path(), "ls-files", "-z"])
        return names.split(separator: "\0").map(String.init)
    }

    /// The size of a file in bytes; nil where it is not on disk.
    static func byteCount(of path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: root.appending(path: path).path())
        return attributes?[.size] as? Int
    }
}
