public import Checkpoints
public import Files
public import HTTPCalls

/// Why a log cannot be read, or must not be believed.
public enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused to read or write a file; nobody knows what is there. The part is nil
    /// where the file is none of the log: its folder, a tile that is kept here.
    case file(FileError, LogPart?)

    /// A service did not answer, or said no; nobody knows what is there.
    case service(File, CallError)

    /// A file that the checkpoint covers is not there. Get it from somewhere else.
    case missing(File)

    /// A file is not what its name says. Get it again from somewhere else.
    case malformed(File, rule: String)

    /// A file contradicts the signed checkpoint. Get it again from somewhere else.
    case refuted(File, reason: String)

    /// A file is larger than any of its name can be; no more than the limit of it was read. Get it
    /// from somewhere else.
    case tooLarge(File, limit: Int)

    /// The service sends the reader to another address, which is never followed. Name the address
    /// itself, if it is right.
    case redirected(File, status: Int)

    /// A file has other contents than those that were proven under its name before. Keep both: a
    /// log never changes a file.
    case changed(File, reason: String)

    /// The checkpoint is not signed as it must be. Ask somebody else for the log.
    case untrusted(File, reason: String)

    /// The checkpoint is signed by no key that the caller knows: theirs are older than the log's,
    /// or of another log. Get newer ones; it says nothing about the log.
    case unknownKey(File)

    /// What is shown is older than what was seen before. Ask again later, or somebody else.
    case behind(size: UInt64, known: UInt64)

    /// The log has signed two heads of which neither extends the other; the one is `shown`, the
    /// other `known`. Keep both, tell everybody, and believe neither.
    case fork(shown: SignedCheckpoint, known: Checkpoint)

    /// There is no such place in a tree of this size. The caller asked for something impossible.
    case outside(index: UInt64, size: UInt64)

    /// One line that names the file and the rule.
    public var description: String {
        guard let path else { return reason }
        return "\(path): \(reason)"
    }

    /// Where the file is that the error is about; nil where it is about none.
    private var path: String? {
        if case .file(let error, _) = self { error.path } else { file?.path }
    }

    /// What is wrong, as what follows the name of the file; a sentence where there is no file.
    public var reason: String {
        switch self {
        case .file(let error, _): error.words
        case .service(_, let error): "\(error)"
        case .missing: "is missing"
        case .malformed(_, let rule): rule
        case .refuted(_, let reason), .changed(_, let reason), .untrusted(_, let reason): reason
        case .tooLarge(_, let limit): "has more than \(limit) bytes"
        case .redirected(_, let status):
            "the answer is a redirect (status \(status)), which is not followed"
        case .unknownKey: "\(CheckpointRefusal.unknownKey)"
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
    /// What follows from an error for whoever looks a log over.
    public enum Meaning: Hashable, Sendable {
        /// Nobody knows what is there: network, disk, a service that is busy, a redirect. It says
        /// nothing about the log; ask again later.
        case unreadable

        /// The source has nothing there, each time it was asked, although the checkpoint covers it.
        case missing

        /// The source shows something else than the log, and showed it each time it was asked:
        /// malformed, too large, refuted by the checkpoint, or changed.
        case wrong

        /// The checkpoint is not one that is believed.
        case untrusted

        /// The checkpoint is older than one that was seen.
        case behind

        /// The log has signed two histories.
        case fork

        /// The caller asked for what cannot be.
        case impossible
    }

    /// A file of the log that an error is about.
    public struct File: Hashable, Sendable {
        /// Where it is, for words; several with "or" between them where only all of them together
        /// are wrong.
        public let path: String

        /// What it holds.
        public let part: LogPart

        /// Names a file by where its source has it.
        public init(path: String, part: LogPart) {
            self.path = path
            self.part = part
        }
    }

    /// The file that the error is about; nil where it is about none, or about a history.
    public var file: File? {
        switch self {
        case .file(let error, let part): part.map { File(path: error.path, part: $0) }
        case .service(let file, _), .missing(let file), .malformed(let file, _),
            .refuted(let file, _), .tooLarge(let file, _), .redirected(let file, _),
            .changed(let file, _), .untrusted(let file, _), .unknownKey(let file):
            file
        case .behind, .fork, .outside: nil
        }
    }

    /// Whether the source gives no such file as the checkpoint covers: asking once more may help,
    /// or asking elsewhere.
    public var isOfFile: Bool { meaning == .wrong || meaning == .missing }

    /// What follows from it.
    public var meaning: Meaning {
        switch self {
        case .file, .service, .redirected: .unreadable
        case .missing: .missing
        case .malformed, .refuted, .tooLarge, .changed: .wrong
        case .untrusted, .unknownKey: .untrusted
        case .behind: .behind
        case .fork: .fork
        case .outside: .impossible
        }
    }

    /// Passes on why a file could not be read; `part` is nil where it is none of the log.
    init(_ error: FileError, _ part: LogPart?) {
        switch (error.reason, part) {
        case (.tooLarge(let limit), let part?):
            self = .tooLarge(File(path: error.path, part: part), limit: limit)
        default: self = .file(error, part)
        }
    }
}
