import Synchronization

/// The files of a log in a folder whose name may come to stand for another one: a link to the
/// newest copy, say, that is put in the place of the one before.
///
/// Between two calls of ``renew()`` it is one folder, whatever becomes of its name.
public final class RenewedFolder: LogSource {
    private let path: String
    private let folder: Mutex<Result<LogFolder, LogError>>

    /// Opens the folder at `path`, in which links are followed; below it none is.
    public init(path: String) throws(LogError) {
        self.path = path
        folder = Mutex(.success(try LogFolder(path: path)))
    }

    /// Opens what has the name now; where that fails, each look says why until the next time.
    public func renew() {
        let opened: Result<LogFolder, LogError>
        do throws(LogError) {
            opened = .success(try LogFolder(path: path))
        } catch {
            opened = .failure(error)
        }
        folder.withLock { $0 = opened }
    }

    /// The file's path, by the name that the folder was given.
    public func location(of path: String) -> String {
        switch self.path {
        case ".": path
        case "/": "/\(path)"
        default: "\(self.path)/\(path)"
        }
    }

    /// Returns a file; nil where nothing has the name.
    public func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await folder.withLock { $0 }.get().bytes(of: file, limit: limit)
    }
}
