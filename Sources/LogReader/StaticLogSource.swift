import Files

/// Where the files of a static log come from: a folder, a web server, a mirror.
public protocol StaticLogSource {
    /// Returns the file `name`, which ``StaticLayout`` gives; nil where there is none.
    ///
    /// A file of more than `limit` bytes is refused.
    func read(_ name: String, limit: Int) throws(StaticLogError) -> [UInt8]?
}

/// The files of a static log in a folder.
public struct StaticLogFolder: StaticLogSource {
    private let folder: Folder

    /// Opens the folder at `path`; below it no link is followed.
    public init(path: String) throws(StaticLogError) {
        folder = try staticFiles { () throws(FileError) in try Folder(path) }
    }

    /// Returns the file `name`; nil where there is none.
    public func read(_ name: String, limit: Int) throws(StaticLogError) -> [UInt8]? {
        try staticFiles { () throws(FileError) in try folder.read(name, limit: limit) }
    }
}
