/// Where a file that a person named stands, or is to stand: its folder, opened, and its name.
public struct Place: Sendable {
    /// The folder.
    public let folder: Folder

    /// The name in it.
    public let name: String

    /// The path as it was named.
    public var path: String { folder.path(of: name) }

    /// Opens the folder of `path`; links on the way are followed, `path` itself is not.
    public init(_ path: String) throws(FileError) {
        guard let (parent, name) = Self.split(path) else { throw FileError(path, .badName) }
        folder = try Folder(parent)
        self.name = try folder.name(name)
    }

    /// The same, with links followed to their end; what is not there is taken as it is named.
    public init(following path: String) throws(FileError) {
        let end: String
        do throws(SystemError) {
            end = try System.resolved(path)
        } catch {
            guard FileError(path, error).isMissing else { throw FileError(path, error) }
            end = path
        }
        try self.init(end)
    }

    /// Opens the folder of `path`, and makes what is missing on the way.
    public init(making path: String, _ permissions: Permissions) throws(FileError) {
        guard let (parent, name) = Self.split(path) else { throw FileError(path, .badName) }
        folder = try Folder(making: parent, permissions)
        self.name = try folder.name(name)
    }

    /// The status of the file with this name; nil where none has it.
    public var status: FileStatus? {
        get throws(FileError) { try folder.status(of: name) }
    }

    /// Returns the folder that holds `path`, and its name in there; nil for the root, "" and what
    /// ends in "." or "..".
    public static func split(_ path: String) -> (parent: String, name: String)? {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
        let name = String(decoding: bytes[(slash.map { $0 + 1 } ?? 0)...], as: UTF8.self)
        guard !name.isEmpty, name != ".", name != ".." else { return nil }
        guard let slash else { return (".", name) }
        return (slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self), name)
    }
}

/// Looks at paths that a person named, with links followed.
public enum NamedPath {
    /// What the system knows of the path's end; nil where there is nothing, or a link to nothing.
    public static func status(_ path: String) throws(FileError) -> FileStatus? {
        do throws(SystemError) {
            return try System.status(of: path, in: nil, following: true)
        } catch {
            let error = FileError(path, error)
            guard error.isMissing else { throw error }
            return nil
        }
    }

    /// Whether something, if only a broken link, has this name.
    public static func isTaken(_ path: String) throws(FileError) -> Bool {
        do throws(SystemError) {
            _ = try System.status(of: path, in: nil, following: false)
            return true
        } catch {
            let error = FileError(path, error)
            guard error.isMissing else { throw error }
            return false
        }
    }

    /// Returns the path with all links followed.
    public static func resolved(_ path: String) throws(FileError) -> String {
        try naming(path) { () throws(SystemError) in try System.resolved(path) }
    }

    /// Whether this process may make names in the folder at `path`.
    public static func mayWrite(_ path: String) -> Bool { System.mayWrite(path) }

    /// Whether there is a file at `path` that this process may run.
    public static func mayRun(_ path: String) -> Bool {
        (try? status(path))?.kind == .file && System.mayRun(path)
    }

    /// Returns the path from the root; the last parts need not exist.
    public static func absolute(_ path: String) throws(FileError) -> String {
        guard !path.utf8.starts(with: "/".utf8) else { return path }
        let here = try resolved(".")
        return here == "/" ? "/" + path : "\(here)/\(path)"
    }
}
