import Auditing
import Files

/// The same table for audits.
extension Failure {
    /// Why the state of an audit cannot be used.
    init(_ error: AuditStateError) {
        switch error {
        case .file(let error) where error.isOpenToOthers:
            self = .unreadable(
                error.path, error.words,
                hint: "a state is its user's alone: chmod go-rwx "
                    + ShellWord.quoted(error.path))
        case .file(let error):
            self.init(
                .tryAgain, error.path, error.words,
                hint: "see to it, and run the same command again: it goes on from there")
        case .inUse(let path):
            self.init(
                .tryAgain, path, "another audit is at work with this state",
                hint: "wait for it to end, or name another folder")
        case .foreign(let path, let found, let wanted):
            self = .unreadable(
                path, "is the state of \(found), and \(wanted) is asked for",
                hint: "name another folder with --state")
        case .unknownFormat(let path, let number):
            self = .unreadable(
                path, "has format \(number), which this version does not know",
                hint: "name another folder, or take the version that wrote it")
        case .damaged(let path, let rule):
            self = .unreadable(
                path, "\(rule): the disk has changed it",
                hint: "keep what is in it, and begin anew in another folder")
        case .stopped:
            self.init(.tryAgain, nil, "the audit was interrupted", hint: "run it again")
        case .tooMany(let path, let limit):
            self.init(
                .tryAgain, path,
                "has more than \(limit) numbers of this issuer, the most that are read")
        case .none(let path):
            self = .unreadable(
                path, "has no state of an audit", hint: "run colophon audit --state first")
        }
    }

    /// Why an audit cannot be run.
    init(ofAudit error: any Error) {
        switch error {
        case let error as AuditStateError: self.init(error)
        case let error as HeadCheckError: self.init(error)
        case let error as MonitorStateError: self.init(error)
        case let error as Failure: self = error
        default: self.init(.tryAgain, nil, "\(error)")
        }
    }

    /// Why a head from elsewhere is none that the log can be held to.
    init(_ error: HeadCheckError) {
        self = .unreadable(
            error.name, "\(error.refusal)",
            hint: "name a checkpoint of this ledger, or a newer kit, which knows more keys")
    }
}

extension FileError {
    /// Whether others may read or change it.
    fileprivate var isOpenToOthers: Bool {
        if case .openToOthers = reason { true } else { false }
    }
}
