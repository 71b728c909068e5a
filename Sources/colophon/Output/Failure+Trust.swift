import Files
import HTTPCalls
import Provenance
import Studio

/// The same table for trust kits and the names of a collector's own.
extension Failure {
    /// Why a trust kit was not read.
    init(_ error: NamedKitError) {
        switch error {
        case .missing(let error):
            self = .unreadable(
                error.path, error.words,
                hint: "colophon trust fetch --ledger URL gets a trust kit")
        case .unreadable(let error): self.init(reading: error)
        case .refused(let path, let error):
            guard let file = error.file else {
                self = .unreadable(
                    path, VerdictPhrase.noKit.with(["reason": "\(error)"]),
                    hint: VerdictPhrase.adviseKit.words)
                return
            }
            // The path of a folder's file names it already.
            self = .unreadable(path, path.hasSuffix("/\(file)") ? error.rule : "\(error)")
        }
    }

    /// Why a file of block headers was not read.
    init(_ error: NamedHeadersError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .refused(let path, let error):
            self = .unreadable(
                path, "is no file of block headers: \(error)",
                hint:
                    "a line is a height, a space and a header of 160 hexadecimal digits")
        }
    }

    /// Why a kit was not brought up to date by what its ledger gave.
    init(_ error: TrustKitUpdateError, _ kit: NamedKit, _ url: ServiceURL) {
        switch error {
        case .own(let error): self.init(kit.refusal(error))
        case .served(let error):
            self.init(
                .tryAgain, "\(url)", "the ledger's trust kit cannot be used: \(error)",
                hint: "\(kit.path) stays as it is; check the address of the ledger")
        case .otherGenesis(let genesis, let isOfSameName):
            self = .no(
                "\(url)",
                isOfSameName
                    ? "has the name of this kit's ledger and another genesis: \(genesis)"
                    : "is another ledger than this kit's: its genesis is \(genesis)",
                hint: "\(kit.path) stays as it is; check the address of the ledger")
        case .older(let size, let own):
            self = .no(
                "\(url)",
                "gave an older kit than \(kit.path): tree size \(size), where yours has \(own)")
        case .twoTrees(let size):
            self = .no(
                "\(url)", "has signed two trees of size \(size): it shows two logs")
        case .otherControl:
            self = .no(
                "\(url)", "has other control statements than \(kit.path) where both have some")
        case .notExtended(let old, let new):
            self = .no(
                "\(url)",
                "cannot show that its tree of \(new) extends the tree of \(old) in \(kit.path)")
        case .unfit(let error):
            self = .unreadable(
                kit.path, "does not go together with the ledger's newer kit: \(error)",
                hint: "mend your policy, or take over the ledger's with --accept-policy")
        }
    }

    /// Why the names of a collector's own were not read or written.
    init(_ error: NamesError) {
        switch error {
        case .noHome:
            self = .usage("there is no home to keep names in", hint: "set HOME to your own folder")
        case .badName:
            self = .usage(
                "the name must be 1 to \(Names.nameByteLimit) bytes in one line, without quotes",
                hint: "colophon trust name ID \"Studio Berlin\"")
        case .unreadable(let error): self.init(reading: error)
        case .unwritable(let error): self.init(writing: error)
        case .open(let path):
            self = .unreadable(
                path, "or its folder can be changed by others: the names in it may be anybody's",
                hint: "look at it, then take that away: chmod go-w")
        case .malformed(let path, let line):
            self = .unreadable(
                "\(path):\(line)", "is not a line \"ID\": \"NAME\" of an ID that has no other",
                hint: "mend it, or remove the line")
        case .full(let path):
            self = .unwritable(path, "it has too many names", hint: "remove lines of old ones")
        }
    }
}
