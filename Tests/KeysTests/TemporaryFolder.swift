import Foundation

/// A folder that goes away with the test that made it.
final class TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Returns the path of the file called `name`.
    func path(_ name: String) -> String {
        url.appending(path: name).path()
    }

    /// Writes a file and returns its path.
    func write(_ text: String, _ name: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: path(name))
        return path(name)
    }

    /// Returns the permission bits of the file at `path`.
    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
