package import Files
public import Jobs
public import RocksDB

/// Why a ledger cannot be opened, made or read.
public enum LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no ledger in the folder. Make one with `colophond init`, or name another folder.
    case noLedger(path: String)

    /// Something is in the folder already. Name another one; nothing was changed.
    case exists(path: String)

    /// Another process has the folder open. Stop it, or talk to it.
    case inUse(path: String)

    /// The folder was written by another version. Use that version, or migrate the folder.
    case formatVersion(found: String, supported: String)

    /// A file beside the store cannot be used; `reason` says why and what to do.
    case file(path: String, reason: String)

    /// Stored state contradicts itself. The ledger must not serve; restore it from a backup.
    case corrupt(String)

    /// A control statement was refused while the ledger was being made.
    case refused(String)

    /// RocksDB failed; reads may be tried again.
    case engine(RocksDBError)

    /// The ledger is closed.
    case closed

    /// The caller does not wait for the work any more; nothing is half done.
    case cancelled

    /// One line that names what is wrong.
    public var description: String {
        switch self {
        case .noLedger(let path): "\(path): there is no ledger in this folder"
        case .exists(let path): "\(path): there is something in this folder already"
        case .inUse(let path): "\(path): another process has this ledger open"
        case .formatVersion(let found, let supported):
            "the folder has storage format \(found), this program reads \(supported)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .corrupt(let what): "the store contradicts itself: \(what)"
        case .refused(let reason): reason
        case .engine(let error): "the store failed: \(error)"
        case .closed: "the ledger is closed"
        case .cancelled: "stopped before the end: nobody waits for it any more"
        }
    }
}

extension LedgerError {
    /// Passes on why a file outside the store cannot be used.
    package init(_ error: FileError) {
        self =
            error.reason == .inUse
            ? .inUse(path: error.path) : .file(path: error.path, reason: error.reasonToAct)
    }
}

extension JobProgress {
    /// Says how far the work is; throws `.cancelled` where it is not wanted any more.
    public func report(
        _ what: String, done: UInt64 = 0, of total: UInt64? = nil
    ) throws(LedgerError) {
        guard isWanted(Step(what, done: done, of: total)) else { throw .cancelled }
    }
}

extension FileError {
    /// What is wrong, and what to do where that is not plain.
    package var reasonToAct: String {
        switch reason {
        case .openToOthers(let mode) where mode & 0o022 != 0:
            "\(words): whoever may change it could replace what is trusted; chmod go-w it"
        case .openToOthers: "\(words); chmod 600 it"
        case .ownedByAnother:
            "\(words): only what is root's or one's own is trusted; chown it, or work as its owner"
        default: words
        }
    }
}
