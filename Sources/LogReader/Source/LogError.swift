public import Checkpoints
import Files

/// Why a log cannot be read, or must not be believed.
public enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system or the network refused; nobody knows what is there. Try again.
    case unreadable(path: String, reason: String)

    /// A file that the checkpoint covers is not there. Get it from somewhere else.
    case missing(path: String)

    /// A file is not what its name says. Get it again from somewhere else.
    case malformed(path: String, rule: String)

    /// A file contradicts the signed checkpoint. Get it again from somewhere else.
    case refuted(path: String, reason: String)

    /// The checkpoint is not signed as it must be. Ask somebody else for the log.
    case untrusted(path: String, reason: String)

    /// What is shown is older than what was seen before. Ask again later, or somebody else.
    case behind(size: UInt64, known: UInt64)

    /// The log has signed two heads of which neither extends the other; the one is `shown`, the
    /// other `known`. Keep both, tell everybody, and believe neither.
    case fork(shown: SignedCheckpoint, known: Checkpoint)

    /// There is no such place in a tree of this size. The caller asked for something impossible.
    case outside(index: UInt64, size: UInt64)

    /// One line that names the file and the rule.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .missing(let path): "\(path): is missing"
        case .malformed(let path, let rule): "\(path): \(rule)"
        case .refuted(let path, let reason): "\(path): \(reason)"
        case .untrusted(let path, let reason): "\(path): \(reason)"
        case .behind(let size, let known):
            "the checkpoint has size \(size), and one of size \(known) was seen before"
        case .fork(_, let known):
            "the signed checkpoint does not extend the signed head of size \(known.size): this is "
                + "the fork of a log, and must be looked into"
        case .outside(let index, let size): "entry \(index) is not in a tree of size \(size)"
        }
    }
}

extension LogError {
    /// Passes on why a file could not be read.
    init(_ error: FileError) {
        switch error.reason {
        case .tooLarge: self = .malformed(path: error.path, rule: error.words)
        default: self = .unreadable(path: error.path, reason: error.words)
        }
    }
}
