import Checkpoints
import Encoding
import Files
import HTTPCalls
import LogReader
import Provenance
import Studio

/// The same table for proofs: each error names who is wrong, and nothing that does not hold is
/// printed.
extension Failure {
    /// Why there is no proof from the log at `desk`.
    ///
    /// - Parameter kept: the command that judges what shows a fork to everybody, which is kept, or
    ///   why it is not kept.
    fileprivate init(
        _ error: ProvingError, _ desk: LogDesk, kept: Result<JudgingCommand, FileError>?
    ) {
        let place = desk.place
        switch error {
        case .ledger(let error): self.init(error, place)
        case .log(let error): self.init(error, desk)
        case .fork(let fork): self.init(fork, kept, desk)
        case .kit(let error): self.init(error, desk)
        case .oldKit(let entries, let limit):
            self = .no(
                place,
                "\(entries) entries came since the trust kit was made, and no more than \(limit) "
                    + "are read for newer keys",
                hint: Self.renewal(desk) ?? "name a newer trust kit")
        case .head(let refusal, let size, let file): self.init(refusal, size, file, desk)
        case .twoTrees(let size):
            self = .no(
                place, "the log has signed two trees of size \(size)", hint: Self.keepBoth)
        case .notExtended(let old, let new):
            self = .no(
                place,
                "the ledger cannot show that its tree of \(new) extends the tree of \(old)",
                hint: Self.keepBoth)
        case .wrong(let what, let reason):
            self.init(
                .tryAgain, place, "gave a false answer: \(what) \(reason)",
                hint: Self.unprinted(desk))
        case .useless(let what, let reason): self = .useless("\(what) \(reason)", from: place)
        case .receipt(let error): self.init(error, at: desk)
        case .noEntry(let name):
            self = .no(place, "the log does not have \(name)")
        case .notYet:
            self.init(
                .tryAgain, place, "the entry is registered, and its receipt follows",
                hint: "run the same command again in a while")
        case .tooMany(let limit):
            self.init(
                .usage, place, "the ledger lists more than \(limit) entries of the artifact",
                hint: "name the entry that is meant")
        case .beyond(let limit, let size, let name):
            self.init(
                .tryAgain, place,
                "\(name) may lie before the newest \(limit) of \(size) entries, which were read",
                hint: "--limit \(size) reads all of them")
        case .noIndex(let index, let size, isNewest: true):
            self.init(
                .tryAgain, place,
                "the log has \(HeadText.entries(size)) here, and no entry \(index) yet",
                hint: "indexes begin with 0; ask again later, or somebody who has a newer copy")
        case .noIndex(let index, let size, isNewest: false):
            self = .usage(
                "--to: the tree of \(HeadText.entries(size)) has no entry \(index)",
                hint: "name a larger tree, or leave out --to for the newest")
        case .tooSmall(let size, let asked):
            self.init(
                .tryAgain, place,
                "the log has \(HeadText.entries(size)) here, and no tree of \(asked) yet",
                hint: "ask again later, or somebody who has a newer copy")
        case .nothingToProve:
            self = .usage("every tree extends the empty one: there is nothing to prove")
        case .outOfOrder(let old, let new):
            self = .usage(
                "the tree of \(HeadText.entries(old)) is newer than that of \(new)",
                hint: "the older one is --from, the newer one --to")
        case .unsigned(let words):
            self = .usage("--format cose: \(words)", hint: "--format json has the same hashes")
        }
    }

    private static func useless(_ words: String, from place: String) -> Failure {
        Failure(
            .tryAgain, place, "gave no answer that helps: \(words)",
            hint: "ask again later, or with a newer version of colophon")
    }

    private static let keepBoth =
        "keep both checkpoints, and tell everyone who relies on the log"

    /// What a fork is that is shown to everybody.
    private init(
        _ fork: ForkEvidence, _ kept: Result<JudgingCommand, FileError>?, _ desk: LogDesk
    ) {
        switch kept {
        case .success(let command)?:
            self = .no(
                desk.place, fork.conviction.words,
                hint: "believe neither tree; publish \(command.proof); to check it: "
                    + command.text)
        case .failure(let error)?:
            self = .no(
                desk.place,
                "\(fork.conviction.words), and what shows it could not be written: "
                    + "\(error.path): \(error.words)",
                hint: "mend that, and run the same command again")
        case nil:
            self = .no(desk.place, fork.conviction.words, hint: Self.keepBoth)
        }
    }

    /// Why the handover of a key that is newer than the kit could not be followed.
    private init(_ error: KitRenewalError, _ desk: LogDesk) {
        switch error {
        case .ledger(let error): self.init(error, desk.place)
        case .refused(let error, let served):
            guard let kit = desk.kit, let url = desk.address else {
                preconditionFailure("a ledger was asked for a newer kit than one that is there")
            }
            self = TrustUpdate.refusal(error, served, of: kit, at: url)
        }
    }

    /// Why a head is not believed.
    private init(_ refusal: HeadRefusal, _ size: UInt64, _ file: String?, _ desk: LogDesk) {
        let head = "its checkpoint of size \(size)"
        let place = file ?? desk.place
        switch refusal {
        case .checkpoint(.unknownKey):
            self = .no(
                place, "\(head) is signed by no key that is known here",
                hint: Self.newerKit(desk))
        case .checkpoint(let error): self = .no(place, "\(head) \(error)")
        case .badLine(let key):
            self = .no(
                place,
                "\(head) has a line in the name of \(key.name) that does not verify")
        case .suspect(let doubt):
            self = .no(
                place,
                "\(head) may be a thief's: a key of the ledger was stolen, and signed sizes from "
                    + "\(doubt.sizes.lowerBound) to \(doubt.sizes.upperBound)")
        case .noQuorum(let head):
            self.init(
                .tryAgain, place,
                "too few witnesses have seen the head of size \(head.checkpoint.size)",
                hint: desk.kit == nil
                    ? "run the same command again in a while"
                    : "run the same command again in a while; --require logged takes the log's "
                        + "own word")
        }
    }

    /// Why the files of a log prove nothing.
    private init(_ error: LogError, _ desk: LogDesk) {
        switch error {
        case .file(let error, let part):
            self.init(reading: error)
            // Nobody has named a file of the log.
            if case .isKind = error.reason, part != nil { hint = Self.mended(desk) }
        case .service(_, let error): self.init(error, desk.place)
        case .missing(let file) where file.part == .checkpoint:
            self.init(
                .tryAgain, file.path, "is missing: no log is kept there",
                hint: desk.address == nil
                    ? "name the folder of a copy, which colophon mirror or colophond export keeps"
                    : "is the address complete, with the path of the ledger's origin?")
        case .missing(let file):
            self.init(
                .tryAgain, file.path, "is missing, and the log's checkpoint covers it",
                hint: "ask again later, or somebody else who has the log")
        case .malformed(let file, _), .refuted(let file, _), .changed(let file, _),
            .tooLarge(let file, _):
            self.init(.tryAgain, file.path, error.reason, hint: Self.elsewhere)
        case .redirected(let file, let status):
            self.init(
                .tryAgain, file.path, "leads elsewhere (status \(status)), which is not followed",
                hint: "name the address itself, if it is right")
        case .untrusted(let file, let reason): self = .no(file.path, reason)
        case .unknownKey(let file):
            self = .no(
                file.path, "is signed by no key that is known here", hint: Self.newerKit(desk))
        case .behind(let size, let known):
            self.init(
                .tryAgain, desk.place,
                "is older than what is known: it has \(size) entries, and the log had \(known)",
                hint: "ask again later, or somebody who has a newer copy")
        case .fork: self = .no(desk.place, "\(error)", hint: Self.keepBoth)
        case .outside(let index, let size):
            self = .no(desk.place, "the log has \(size) entries, and no entry \(index)")
        }
    }

    /// What helps where something else stands in the place of a file of the log.
    private static func mended(_ desk: LogDesk) -> String {
        desk.address == nil
            ? "remove it, and run colophon mirror again: it fetches what belongs there" : elsewhere
    }

    private static let elsewhere = "nothing of it is printed; get the file from somewhere else"

    /// Why a receipt is not passed on.
    private init(_ error: ReceiptError, at desk: LogDesk) {
        if case .unproven(let words, isUnknown: true) = error {
            self = .no(
                desk.place, "the trust kit does not prove the receipt: \(words)",
                hint: Self.newerKit(desk))
            return
        }
        self.init(
            .tryAgain, desk.place, "gave a receipt that does not hold: \(error)",
            hint: Self.unprinted(desk))
    }

    /// What helps against an answer of the ledger that does not hold.
    private static func unprinted(_ desk: LogDesk) -> String {
        desk.mayReadFiles
            ? "nothing of it is printed; --from-tiles needs the log's files alone"
            : "nothing of it is printed; tell the ledger's operator"
    }

    /// What helps where a key is not known, and the handovers since the kit do not lead to it:
    /// nothing is wrong with the log for that.
    private static func newerKit(_ desk: LogDesk) -> String {
        desk.kit == nil
            ? "the key that was given may be older, or of another log of this name"
            : "no handover since the trust kit leads to that key: check the address"
    }

    /// The command that renews the kit; nil without one.
    private static func renewal(_ desk: LogDesk) -> String? {
        guard let kit = desk.kit, let ledger = desk.ledger else { return nil }
        return CommandLineText.trustUpdate(kit.path, at: ledger)
    }
}

extension LogDesk {
    /// Why there is no proof; what shows a fork is kept first, and never over another file.
    func failure(_ error: ProvingError) -> Failure {
        var kept: Result<JudgingCommand, FileError>?
        if case .fork(let evidence) = error { kept = keep(evidence) }
        return Failure(error, self, kept: kept)
    }

    /// Writes what shows a fork beside the trust kit, or where the command runs.
    ///
    /// The heads may bear a key that the kit does not know, and the program does, for it followed
    /// the handover. Then the kit would convict nobody, and the keys are written, too.
    private func keep(_ evidence: ForkEvidence) -> Result<JudgingCommand, FileError> {
        do throws(FileError) {
            let isNamed = kit.map { Place.split($0.path) != nil } ?? false
            let folder =
                if let kit, isNamed { try Place(kit.path).folder } else { try Folder(".") }
            try evidence.write(in: folder)
            let proof = folder.path(of: evidence.fileName)
            guard let kit, let own = trust.kit else {
                return .success(JudgingCommand(proof, by: "--policy FILE"))
            }
            let terms = own.logTerms(of: evidence.conviction.origin)
            guard ForkEvidence(evidence.proof, by: terms) == nil else {
                return .success(
                    JudgingCommand(proof, by: "--trust \(ShellWord.quoted(kit.path))"))
            }
            try evidence.writeKeys(in: folder)
            let keys = ShellWord.quoted(folder.path(of: evidence.keysName))
            return .success(JudgingCommand(proof, by: "--policy \(keys)"))
        } catch {
            return .failure(error)
        }
    }
}
