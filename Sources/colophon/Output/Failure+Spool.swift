import Files
import Studio

extension Failure {
    /// Why a spool was not used; `signing` is the work, `predicate` the file of its members.
    init(_ error: SpoolError, signing work: String? = nil, predicate: String? = nil) {
        switch error {
        case .notSigned(let error):
            self.init(error, signing: work ?? "", predicate: predicate)
        case .place(let error): self.init(error)
        default:
            self = .unreadable(
                error.path ?? "", error.words,
                hint: Self.spoolHint(error, isSigning: work != nil))
            if Self.passes(error) { status = .tryAgain }
            if case .sealed = error {} else { endsRun = true }
        }
    }

    private static func passes(_ error: SpoolError) -> Bool {
        switch error {
        case .unreadable(let error), .unwritable(let error): error.passes
        case .adopted: true
        default: false
        }
    }

    private static func spoolHint(_ error: SpoolError, isSigning: Bool) -> String? {
        switch error {
        case .unreadable(let error), .unwritable(let error):
            hint(ofPart: error, isSigning: isSigning)
        case .missing(let path): "colophon spool init \(ShellWord.quoted(path)) makes one"
        case .noSpool(let path):
            """
            where it was one: colophon submit \(ShellWord.quoted(path + "/pending")) registers \
            what waits there; a new one takes an empty folder: colophon spool init
            """
        case .isSpool(let path): "colophon spool status \(ShellWord.quoted(path)) shows it"
        case .notEmpty: "name a folder that is not there yet"
        case .settings: "Schemas/spool.md says what stands there"
        case .copied(let path):
            """
            \(adopt(path)) --new-chain gives it a chain of its own; --moved instead, where the \
            folder that it was is gone
            """
        case .adopted: "run the same command again"
        case .otherKey: "another key gets a spool of its own: colophon spool init"
        case .noTip(let path):
            "\(adopt(above(path))) --new-chain begins a new chain; what waits stays"
        case .broken(let path, _):
            """
            take the file out of the spool and look at it; or begin a new chain: \
            \(adopt(above(above(path)))) --new-chain
            """
        case .full(let path): "\(adopt(path)) --new-chain begins a new chain"
        case .sealed:
            """
            sync writes the copy beside the work; --force seals another record: a second entry of \
            the artifact
            """
        case .taken, .notSigned, .place: nil
        }
    }

    private static func adopt(_ path: String) -> String {
        "colophon spool adopt \(ShellWord.quoted(path))"
    }

    private static func above(_ path: String) -> String { Place.split(path)?.parent ?? path }

    /// A hint about a file or folder of a spool that the system does not give out, or not take.
    private static func hint(ofPart error: FileError, isSigning: Bool) -> String? {
        switch error.reason {
        case .inUse:
            Place.split(error.path)?.name == Spool.syncLockName
                ? "another sync of this spool is at work"
                : "another command of this kind is at work with the spool"
        case .ownedByAnother: "a spool is used by the user who made it, and by nobody else"
        case .openToOthers:
            "nobody else may write to a spool, or to a folder above it: chmod go-w "
                + ShellWord.quoted(error.path)
        case .isLink: "a link is not followed here: put the folder or file itself there"
        case .missing:
            """
            colophon spool status \(ShellWord.quoted(above(error.path))) says what else is \
            missing; \(adopt(above(error.path))) --new-chain mends it and keeps what waits
            """
        default:
            error.isFull
                ? (isSigning ? "nothing was signed; make" : "make")
                    + " room and run the same command again" : nil
        }
    }
}
