public import Files

/// The files of a log in a folder.
public struct LogFolder: LogSource {
    private let folder: Folder

    /// Opens the folder at `path`; below it no link is followed, and nothing but ordinary files
    /// is read.
    public init(path: String) throws(LogError) {
        do throws(FileError) {
            folder = try Folder(path)
        } catch {
            throw LogError(error, nil)
        }
    }

    /// Takes a folder that is open.
    public init(_ folder: Folder) {
        self.folder = folder
    }

    /// The file's own path.
    public func location(of path: String) -> String { folder.path(of: path) }

    /// Returns the file; nil where nothing has the name.
    public func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        do throws(FileError) {
            return try folder.read(file.path, limit: limit)
        } catch {
            throw LogError(error, file.part)
        }
    }
}
