import Files
import HTTPCalls
import Studio

/// The same table for receipts that a ledger gives for a record that is there.
extension Failure {
    /// Where that is which speaks against a record, or why it is not kept; nil where nothing does.
    typealias Kept = Result<String, RecordFileError>

    /// Why the record at `path` was not refreshed.
    init(
        _ error: RefreshError, _ path: String, at source: RefreshSource, kit: String?, kept: Kept?
    ) {
        switch (error, source) {
        case (.file(let error), _): self.init(error)
        case (.receipts(let error), .ledger(let ledger)):
            self.init(error, path, at: ledger, kit: kit, kept: kept)
        case (.receipts(let error), .copy):
            preconditionFailure("a copy is asked for no receipts: \(error)")
        case (.complete(let error), _):
            self.init(error, path, at: source, kit: kit, kept: kept)
        case (.unplaced, _):
            self.init(
                .no, path, "has no receipt that the kit proves, and no copy has one",
                hint: "colophon refresh without --copy asks its ledger for one")
        }
    }

    /// Why the record at `path` got no proof of completeness.
    init(
        _ error: NewerCompleteError, _ path: String, at source: RefreshSource, kit: String?,
        kept: Kept?
    ) {
        switch error {
        case .call(.ledger(let error)):
            self.init(error, path)
            if case .unavailable = error {
                hint = "the index may be away alone; refresh without --complete adds the rest"
            }
        case .call(.wrong(let reason)), .call(.useless(let reason)):
            self.init(
                .tryAgain, path, "the proof of completeness that the ledger gave \(reason)",
                hint: "the file stays as it was; check the address of the ledger")
        case .notMade(let reason):
            self.init(
                .tryAgain, path, "no proof of completeness was made: \(reason)",
                hint: "the file stays as it was; colophon complete --copy says what to do")
        case .noIndex(let hasHeads):
            let words =
                hasHeads
                ? "has index heads, and gives no proofs by them now"
                : "has no index, or has made no index head yet"
            self.init(
                .tryAgain, path, "\(source.place) \(words)",
                hint: "the file stays as it was; refresh without --complete adds the rest")
        case .tooLong:
            self.init(
                .usage, path, "the proof of completeness is too long for a record",
                hint: "colophon complete writes it beside the record: --out FILE")
        case .unknown(let reason):
            self.init(
                .no, path, "the kit does not know who signed the proof of completeness: \(reason)",
                hint: kit.map { kit in
                    "a newer kit may: \(CommandLineText.trustUpdate(kit, at: source.ledger))"
                })
        case .contradictory(let reason):
            let judging = JudgingCommand(path, by: "--trust \(ShellWord.quoted(kit ?? "KIT"))")
            self = .no(path, "two proofs of completeness in it are false together: \(reason)")
            hint = "keep it: \(judging.text)"
        case .refuted(let reason, _):
            self = .no(
                path, "the proof of completeness that \(source.place) gave is false: \(reason)")
            hint = Self.hint(about: kept) { place in
                let files = [path, place].map(ShellWord.quoted).joined(separator: " ")
                let trust = ShellWord.quoted(kit ?? "KIT")
                return ["keep both: colophon verify-misbehaviour", files, "--trust", trust]
                    .joined(separator: " ")
            }
        }
    }

    /// Says where that is which speaks against a record, in the words that `words` has for a path.
    private static func hint(about kept: Kept?, _ words: (String) -> String) -> String {
        switch kept {
        case .success(let place): words(place)
        case .failure(let error):
            "the file stays as it was; what the ledger gave could not be kept: \(error)"
        case nil: "the file stays as it was"
        }
    }

    /// Why the receipts of the record at `path` were not completed.
    init(
        _ error: NewerReceiptsError, _ path: String, at ledger: ServiceURL, kit: String?,
        kept: Kept?
    ) {
        switch error {
        case .ledger(let error): self.init(error, path)
        case .noEntry:
            self = .no(
                path, "is no entry of \(ledger)",
                hint: "colophon submit registers it")
        case .notYet:
            self.init(
                .tryAgain, path, "registered, receipt follows",
                hint: "run the same command again in a while")
        case .behind(let size, let known):
            self.init(
                .tryAgain, path,
                "\(ledger) shows a tree of \(size) entries, and the file has a receipt of one of "
                    + "\(known)",
                hint: "the file stays as it was; run the same command again in a while")
        case .seen(let error):
            self.init(
                SubmissionError.seen(error), path, RefusalWords(publicKey: nil), at: ledger,
                kit: kit, kept: nil)
        case .receipt(let error, _):
            self.init(error, path, at: ledger, kit: kit, kept: kept)
        }
    }

    /// Why a receipt was not put into the record at `path`; where it shows what the ledger has
    /// done, it is kept beside that.
    init(
        _ error: ReceiptError, _ path: String, at ledger: ServiceURL, kit: String?, kept: Kept?
    ) {
        switch error {
        case .malformed, .notAnInclusion, .noCheckpoint, .wrongProof, .otherOrigin:
            self.init(
                .tryAgain, path, "the ledger gave a receipt that proves nothing: \(error)",
                hint: "the file stays as it was; check the address of the ledger")
        case .unproven(_, true):
            self.init(
                .no, path, "the ledger gave a receipt, and \(error)",
                hint: kit.map { kit in
                    "a newer kit may: colophon trust update \(ShellWord.quoted(kit)) --ledger "
                        + ShellWord.quoted("\(ledger)")
                })
        case .unproven(_, false):
            self = .no(
                path, "the ledger gave a receipt that is false: \(error)",
                hint: "the file stays as it was")
        case .otherIndex, .twoTrees, .notExtended:
            self = .no(path, "the receipt of \(ledger) speaks against the file: \(error)")
            hint = Self.hint(about: kept) { place in
                "keep both: the file stays as it was, and what the ledger gave is in \(place)"
            }
        }
    }
}
