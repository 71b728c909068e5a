public import Files

/// Why static files cannot be written.
public enum StaticLogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused to read or write a file.
    case file(FileError)

    /// A checkpoint is none. Put it back, or name another folder.
    case malformed(path: String, rule: String)

    /// The folder holds something else; name another one. Nothing was changed.
    case occupied(path: String, reason: String)

    /// One line that names the file and the rule.
    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .malformed(let path, let rule): "\(path): \(rule)"
        case .occupied(let path, let reason): "\(path): \(reason)"
        }
    }
}

/// Runs `body` and passes on why a file could not be used.
func staticFiles<Result>(
    _ body: () throws(FileError) -> Result
) throws(StaticLogError) -> Result {
    do throws(FileError) {
        return try body()
    } catch {
        throw .file(error)
    }
}
