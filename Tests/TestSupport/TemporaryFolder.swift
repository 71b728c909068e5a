package import Foundation

/// A new folder, removed with the value that owns it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package var path: String { url.path() }

    /// Makes the folder; only its user may look into it.
    ///
    /// The name is short: the path of a local socket has little room.
    package init(
        _ prefix: String = "t", in base: URL = FileManager.default.temporaryDirectory
    ) throws {
        url = base.appending(path: "\(prefix)-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    /// Where files are in memory alone, and a sync costs nothing; a disk where there is no such
    /// place.
    package static var memory: URL {
        FileManager.default.isWritableFile(atPath: "/dev/shm")
            ? URL(filePath: "/dev/shm") : FileManager.default.temporaryDirectory
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Returns where the file `name` is.
    package func url(_ name: String) -> URL { URL(filePath: path(name)) }

    /// Returns the path of the file `name`.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, with this mode whatever the umask is, and returns its path.
    @discardableResult
    package func write(
        _ bytes: some Sequence<UInt8>, to name: String, mode: Int = 0o600
    ) throws -> String {
        try Data(Array(bytes)).write(to: url(name))
        try setPermissions(mode, name)
        return path(name)
    }

    /// Writes a file of text and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try write(text.utf8, to: name, mode: mode)
    }

    package func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url(name)))
    }

    package func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    package func permissions(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        return try found(attributes[.posixPermissions] as? Int, "the mode of \(name)")
    }

    package func setPermissions(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    /// Removes the file or folder `name`.
    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    /// The names in the folder, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Whether something has this name, a link that leads nowhere too; a look that fails throws.
    package func has(_ name: String) throws -> Bool { try isThere(path(name)) }
}

/// Whether something is at `path`, a link that leads nowhere too.
///
/// Unlike Foundation's `fileExists`, a look that fails is no absence: it throws.
package func isThere(_ path: String) throws -> Bool {
    var status = stat()
    if unsafe lstat(path, &status) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else {
        throw FixtureError.unexpected("\(path): cannot be looked at, errno \(errno)")
    }
    return false
}

/// The bytes of all files below a folder, by their names in it.
package func files(below folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        let path = "\(folder)/\(name)"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
        files[name] = try Array(Data(contentsOf: URL(filePath: path)))
    }
    return files
}
