package import Files
public import Jobs
public import RocksDB

/// Why a ledger cannot be opened, made, read or written.
///
/// Each case says what the operator should do; ``remedy`` is what programs make of it.
public enum LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no ledger in the folder. Make one with `colophond init`, or name another folder.
    case noLedger(path: String)

    /// Something is in the folder already. Name another one; nothing was changed.
    case exists(path: String)

    /// Another process has the folder open. Stop it, or talk to it.
    case inUse(path: String)

    /// The folder was written by another version. Use that version, or migrate the folder.
    case formatVersion(found: String, supported: String)

    /// A file that was named, or that belongs to the ledger, is not there. Put it back, or name
    /// another.
    case missing(path: String, reason: String)

    /// The system forbids it, or others may change or read the file. Mend owner or permissions.
    case notOurs(path: String, reason: String)

    /// A file is not what it should be for this ledger. Name the right one; nothing was changed.
    case unfit(path: String, reason: String)

    /// A file outside the store is damaged. Get it from somewhere else.
    case damaged(path: String, reason: String)

    /// The disk is full. Make room; what was begun is done again.
    case diskFull(path: String, reason: String)

    /// The disk fails, or has become read-only. Look at the machine; it may pass.
    case diskFailing(path: String, reason: String)

    /// The system is short of something, such as open files. It may pass.
    case shortage(path: String, reason: String)

    /// What was asked for cannot be done as it was asked. Ask otherwise; nothing was changed.
    case badRequest(String)

    /// The folder is older than a head that was signed: it must not sign. Put the missing entries
    /// back with `colophond restore`.
    case oldCopy(String)

    /// Two signed heads contradict each other, or one of them the store. Keep all of it, sign
    /// nothing, and find out which is the log.
    case fork(String)

    /// A witness remembers a larger log than this one, without showing that it is this one. Decide
    /// whether the folder is an old copy, or the witness is to be overruled.
    case held(String)

    /// The ledger's keys cannot sign this. Put the right keys in their place.
    case cannotSign(String)

    /// Stored state contradicts itself. The ledger must not serve; restore it from a backup.
    case corrupt(String)

    /// The rows that say where index heads stand contradict the log. Make them anew of its entries
    /// with `colophond index rebuild`.
    case corruptIndex(String)

    /// Work did not come to its end, and is tried again by itself.
    case tryAgain(String)

    /// RocksDB failed; reads may be tried again.
    case engine(RocksDBError)

    /// The store is closed: the ledger stops, or opens its store again after a failed write.
    case closed

    /// The caller does not wait for this work any more; nothing is half done.
    case cancelled

    /// One line that names what is wrong.
    public var description: String {
        switch self {
        case .noLedger(let path): "\(path): there is no ledger in this folder"
        case .exists(let path): "\(path): there is something in this folder already"
        case .inUse(let path): "\(path): another process has this ledger open"
        case .formatVersion(let found, let supported):
            "the folder has storage format \(found), this program reads \(supported)"
        case .missing(let path, let reason), .notOurs(let path, let reason),
            .unfit(let path, let reason), .damaged(let path, let reason),
            .diskFull(let path, let reason), .diskFailing(let path, let reason),
            .shortage(let path, let reason):
            "\(path): \(reason)"
        case .badRequest(let reason), .oldCopy(let reason), .fork(let reason),
            .held(let reason), .cannotSign(let reason), .tryAgain(let reason):
            reason
        case .corrupt(let what): "the store contradicts itself: \(what)"
        case .corruptIndex(let what):
            "the rows of index heads are damaged: \(what); run colophond index rebuild"
        case .engine(let error): "the store failed: \(error)"
        case .closed: "the store is closed: the ledger stops, or opens it again by itself"
        case .cancelled: "stopped before the end: nobody waits for it any more"
        }
    }
}

/// What can be done about an error: exit codes, HTTP answers and restarts follow from it.
///
///     remedy   exit code   HTTP status   Retry-After   systemd starts it again
///     look     1           503           none          no
///     mend     2           503           none          no
///     wait     3           503           10            yes
///
/// The exit codes are those of commands.md §1; the unit's `RestartPreventExitStatus` names the
/// first two. The HTTP columns are those of reads and of `/readyz`; a statement that finds no
/// storage may always be sent again after 10 s.
public enum Remedy: Int32, CaseIterable, Sendable {
    /// What is stored must be looked at: the same will fail until somebody has decided something.
    case look = 1

    /// What the program was told, or what lies where it was told to look, must be mended.
    case mend = 2

    /// The same may succeed later.
    case wait = 3
}

extension LedgerError {
    /// What can be done: the one table from an error to what programs make of it.
    public var remedy: Remedy {
        switch self {
        case .oldCopy, .fork, .held, .corrupt, .corruptIndex: .look
        case .noLedger, .exists, .formatVersion, .missing, .notOurs, .unfit, .damaged,
            .badRequest, .cannotSign:
            .mend
        case .inUse, .diskFull, .diskFailing, .shortage, .tryAgain, .closed, .cancelled: .wait
        case .engine(let error): error.kind == .corruption ? .look : .wait
        }
    }
}

extension LedgerError {
    /// Why a read has no answer, in one line.
    ///
    /// That the store could not be read is said only where that is so: what waits, or is refused,
    /// has words of its own.
    package static func words(ofRead error: any Error) -> String {
        switch error as? LedgerError {
        case .tryAgain?, .badRequest?, .oldCopy?, .fork?, .held?, .cannotSign?: "\(error)"
        default: "the store could not be read: \(error)"
        }
    }
}

extension LedgerError {
    /// Passes on why a file outside the store cannot be used, in these words or its own.
    package init(_ error: FileError, saying words: String? = nil) {
        let (path, reason) = (error.path, words ?? error.reasonToAct)
        self =
            switch error.reason {
            case .inUse: .inUse(path: path)
            case .missing: .missing(path: path, reason: reason)
            case .ownedByAnother, .openToOthers: .notOurs(path: path, reason: reason)
            case .system:
                if error.isFull {
                    .diskFull(path: path, reason: reason)
                } else if error.isFailing {
                    .diskFailing(path: path, reason: reason)
                } else if error.isShortage {
                    .shortage(path: path, reason: reason)
                } else if error.isForbidden {
                    .notOurs(path: path, reason: reason)
                } else {
                    .unfit(path: path, reason: reason)
                }
            default: .unfit(path: path, reason: reason)
            }
    }

    /// Passes on why RocksDB could not use files outside the store, such as a folder of backups.
    package init(_ error: RocksDBError, path: String) {
        self =
            switch error.kind {
            case .closed: .closed
            case .ioError(noSpace: true):
                .diskFull(path: path, reason: "the disk is full: \(error)")
            case .ioError: .diskFailing(path: path, reason: "\(error)")
            case .lockHeld: .inUse(path: path)
            case .incomplete: .tryAgain("\(path): \(error)")
            case .corruption, .invalidArgument, .notFound, .other:
                .damaged(path: path, reason: "\(error)")
            }
    }

    /// Runs `body`, and passes on why a file cannot be used.
    package static func files<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw LedgerError(error)
        }
    }

    /// Runs `body`, which makes what must not be there yet: where it is, that is `.exists`.
    package static func newFiles<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(LedgerError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw error.reason == .exists ? .exists(path: error.path) : LedgerError(error)
        }
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
