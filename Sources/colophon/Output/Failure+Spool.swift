import Files
import Studio

extension Failure {
    /// Why a spool was not used; `signing` is the work, `predicate` the file of its members.
    init(_ error: SpoolError, signing work: String? = nil, predicate: String? = nil) {
        switch error {
        case .unreadable(let error): self.init(spoolReading: error)
        case .unwritable(let error) where error.reason == .inUse:
            self.init(
                .tryAgain, error.path, error.words, hint: "another sync of this spool is at work")
        case .unwritable(let error): self.init(spoolWriting: error)
        case .noSpool(let path):
            self = .unreadable(
                path, "is no spool: it has no spool.json",
                hint: "colophon spool init \(ShellWord.quoted(path)) makes one in an empty folder")
        case .isSpool(let path):
            self = .unwritable(
                path, "it is a spool already",
                hint: "colophon spool status \(ShellWord.quoted(path)) shows it")
        case .notEmpty(let path):
            self = .unwritable(
                path, "the folder of a new spool must be empty",
                hint: "name a folder that is not there yet")
        case .settings(let path, let error):
            self = .unreadable(path, "\(error)", hint: "Schemas/spool.md says what stands there")
        case .copied(let path):
            let word = ShellWord.quoted(path)
            self = .unreadable(
                path, "is a copy of a spool: two that sign would use each number twice",
                hint: """
                    colophon spool adopt \(word) --new-chain gives it a chain of its own; --moved \
                    instead, where the folder that it was is gone
                    """)
        case .adopted(let path):
            self.init(
                .tryAgain, path, "was adopted with a new chain by another command just now",
                hint: "run the same command again")
        case .otherKey(let path):
            self = .unreadable(
                path, "is not the key that the spool was made for",
                hint: "another key gets a spool of its own: colophon spool init")
        case .noTip(let path):
            self = .unreadable(
                path, "is missing or damaged, so nobody knows the next number",
                hint: "colophon spool adopt DIR --new-chain begins a new chain; what waits stays")
        case .broken(let path, let words):
            self = .unreadable(
                path, words,
                hint: """
                    take the file out of the spool and look at it; or begin a new chain with \
                    colophon spool adopt DIR --new-chain
                    """)
        case .taken(let path): self = .unwritable(path, "a record of this name is there already")
        case .full(let path):
            self = .unwritable(
                path, "all numbers are used",
                hint: "colophon spool adopt DIR --new-chain begins a new chain")
        case .sealed(let path, let record):
            self = .unwritable(
                path, "the work is sealed already, as \(record.fileName)",
                hint: """
                    sync writes the copy beside the work; --force seals another record: a second \
                    entry of the artifact
                    """)
        case .notSigned(let error):
            self.init(error, signing: work ?? "", predicate: predicate)
        case .place(let error): self.init(error)
        }
    }

    /// Why a part of a spool cannot be read.
    private init(spoolReading error: FileError) {
        self.init(reading: error)
        hint = Self.spoolHint(error) ?? hint
    }

    /// Why a part of a spool cannot be written.
    private init(spoolWriting error: FileError) {
        self.init(writing: error)
        hint = Self.spoolHint(error)
    }

    private static func spoolHint(_ error: FileError) -> String? {
        switch error.reason {
        case .ownedByAnother: "a spool is used by the user who made it, and by nobody else"
        case .openToOthers:
            "nobody else may write to a spool, or to a folder above it: chmod go-w "
                + ShellWord.quoted(error.path)
        case .isLink: "name the folder itself"
        default:
            error.isFull ? "nothing was signed; make room and run the same command again" : nil
        }
    }
}
