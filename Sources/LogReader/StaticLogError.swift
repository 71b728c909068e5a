import Files

/// Why static files cannot be written, or must not be believed.
public enum StaticLogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused to read or write a file; `reason` is its own.
    case file(path: String, reason: String)

    /// A file that the checkpoint covers is not there.
    case missing(path: String)

    /// A file is not what its name says; get it again from somewhere else.
    case malformed(path: String, rule: String)

    /// A file contradicts the signed checkpoint, or is signed by none of the keys.
    case refuted(path: String, reason: String)

    /// The folder holds something else; name another one. Nothing was changed.
    case occupied(path: String, reason: String)

    /// One line that names the file and the rule.
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .missing(let path): "\(path): is missing"
        case .malformed(let path, let rule): "\(path): \(rule)"
        case .refuted(let path, let reason): "\(path): \(reason)"
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
        throw .file(path: error.path, reason: error.words)
    }
}
