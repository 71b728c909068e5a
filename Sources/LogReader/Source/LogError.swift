public import Checkpoints
public import Files
public import HTTPCalls

/// Why a log cannot be read, or must not be believed.
public enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused to read or write a file; nobody knows what is there.
    case file(FileError)

    /// A service did not answer, or said no; nobody knows what is there.
    case service(address: String, CallError)

    /// A file that the checkpoint covers is not there. Get it from somewhere else.
    case missing(path: String)

    /// A file is not what its name says. Get it again from somewhere else.
    case malformed(path: String, rule: String)

    /// A file contradicts the signed checkpoint. Get it again from somewhere else.
    case refuted(path: String, reason: String)

    /// A file is larger than any of its name can be; no more than the limit of it was read. Get it
    /// from somewhere else.
    case tooLarge(path: String, limit: Int)

    /// The service sends the reader to another address, which is never followed. Name the address
    /// itself, if it is right.
    case redirected(path: String, status: Int)

    /// A file has other contents than those that were proven under its name before. Keep both: a
    /// log never changes a file.
    case changed(path: String, reason: String)

    /// The checkpoint is not signed as it must be. Ask somebody else for the log.
    case untrusted(path: String, reason: String)

    /// The checkpoint is signed by no key that the caller knows: theirs are older than the log's,
    /// or of another log. Get newer ones; it says nothing about the log.
    case unknownKey(path: String)

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
        case .file(let error): "\(error)"
        case .service(let address, let error): "\(address): \(error)"
        case .missing(let path): "\(path): is missing"
        case .malformed(let path, let rule): "\(path): \(rule)"
        case .refuted(let path, let reason): "\(path): \(reason)"
        case .tooLarge(let path, let limit): "\(path): has more than \(limit) bytes"
        case .redirected(let path, let status):
            "\(path): the answer is a redirect (status \(status)), which is not followed"
        case .changed(let path, let reason): "\(path): \(reason)"
        case .untrusted(let path, let reason): "\(path): \(reason)"
        case .unknownKey(let path): "\(path): \(CheckpointRefusal.unknownKey)"
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
    /// What is wrong, as what follows the name of the file that the error is about.
    public var reason: String {
        switch self {
        case .file(let error): error.words
        case .service(_, let error): "cannot be read: \(error)"
        case .missing: "is missing"
        case .malformed(_, let reason), .refuted(_, let reason), .changed(_, let reason),
            .untrusted(_, let reason):
            reason
        case .tooLarge(_, let limit): "has more than \(limit) bytes"
        case .redirected(_, let status):
            "is a redirect (status \(status)), which is not followed"
        case .unknownKey, .behind, .fork, .outside: "\(self)"
        }
    }

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
        /// What such a file holds.
        public enum Part: Hashable, Sendable {
            /// A signed checkpoint.
            case checkpoint

            /// Hashes.
            case tile

            /// Entries.
            case bundle

            /// Manifests, anchors and lists, which the tree does not prove.
            case other
        }

        /// Where it is; several with "or" between them where only all of them together are wrong.
        public let path: String

        /// What it holds.
        public let part: Part

        /// Names a file.
        public init(path: String, part: Part) {
            self.path = path
            self.part = part
        }

        /// Knows what a file holds by the end of its name.
        init(_ path: String) {
            let names = path.split { $0 == "/" || $0 == ":" }
            let top = names.lastIndex { ["tile", "manifests", "anchors"].contains($0) }
            let part: Part
            if ["checkpoint", "latest"].contains(names.last) {
                part = .checkpoint
            } else if let top, names[top] == "tile" {
                part = Self.isBundle(names[top...]) ? .bundle : .tile
            } else {
                part = .other
            }
            self.init(path: path, part: part)
        }

        /// `tile/entries/N`, `tile/data/N`, `tile/8/data/N`.
        private static func isBundle(_ names: ArraySlice<Substring>) -> Bool {
            names.dropFirst().prefix(2).contains { $0 == "entries" || $0 == "data" }
        }
    }

    /// The file that the error is about; nil where it is about none, or about a history.
    public var file: File? {
        switch self {
        case .file(let error): File(error.path)
        case .service(let address, _): File(address)
        case .missing(let path), .malformed(let path, _), .refuted(let path, _),
            .tooLarge(let path, _), .redirected(let path, _), .changed(let path, _),
            .untrusted(let path, _), .unknownKey(let path):
            File(path)
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

    /// Passes on why a file could not be read.
    init(_ error: FileError) {
        switch error.reason {
        case .tooLarge(let limit): self = .tooLarge(path: error.path, limit: limit)
        default: self = .file(error)
        }
    }
}
