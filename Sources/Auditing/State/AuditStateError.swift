package import Files

/// Why the state of an audit cannot be used.
package enum AuditStateError: Error, Hashable {
    /// The system refuses. Look at the disk, the owner and the permissions; then go on.
    case file(FileError)

    /// Another audit is at work with it. Wait for it, or take another folder.
    case inUse(String)

    /// It is of another log, or of an audit that looks at other things. Take another folder.
    case foreign(path: String, is: String, wanted: String)

    /// It was written by another version. Take another folder, or that version.
    case unknownFormat(path: String, UInt64)

    /// It is not what was written. Remove the folder, and begin anew; what was found is still in
    /// `findings`.
    case damaged(path: String, rule: String)

    /// It was ended while entries were held to each other. Run again: it goes on from the
    /// last commit.
    case stopped

    /// It has more numbers of one issuer than are taken into memory.
    case tooMany(String, limit: Int)

    /// There is no state in this folder. Run `colophon audit --state` first.
    case none(String)
}

extension AuditStateError {
    init(_ error: RunError) {
        switch error {
        case .file(let error): self = .file(error)
        case .damaged(let path, let rule): self = .damaged(path: path, rule: rule)
        case .stopped: self = .stopped
        }
    }

    /// Why a file that a state names cannot be opened: one that is missing or short was changed.
    init(opening error: FileError) {
        switch error.reason {
        case .missing: self = .damaged(path: error.path, rule: "is missing")
        case .wrongSize: self = .damaged(path: error.path, rule: error.words)
        default: self = .file(error)
        }
    }
}
