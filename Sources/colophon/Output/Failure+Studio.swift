import Encoding
import Files
import HTTPCalls
import Keys
import Manifests
import Provenance
import Studio

/// The one table from what the libraries throw to a line, a hint and an exit code.
///
/// The libraries know no flags; the words that name some stand here.
extension Failure {
    /// Why a file that somebody named cannot be read.
    init(reading error: FileError) {
        let hint: String? =
            switch error.reason {
            case .isKind(_, wanted: .folder): "name a folder"
            case .isKind(.folder, _): "name the files in it"
            case .isKind: "copy what it holds into an ordinary file"
            case .changed: "run the same command again once nobody writes to it"
            default: nil
            }
        self = .unreadable(error.path, error.words, hint: hint)
        if error.passes { status = .tryAgain }
    }

    /// Why a file cannot be written.
    init(writing error: FileError) {
        self = .unwritable(error.path, error.words)
        if error.passes { status = .tryAgain }
    }

    /// Why what a command printed did not reach its reader.
    init(losing error: FileError) {
        self.init(
            error.passes ? .tryAgain : .usage, error.path, "cannot be written: \(error.words)",
            hint: "what was printed is incomplete; what the command did is done")
    }

    /// Why a record was not read or written.
    init(_ error: RecordFileError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .unwritable(let error): self.init(writing: error)
        case .empty(let path): self = .unreadable(path, "is empty")
        case .malformed(let path, let refusal):
            self = .no(path, "is not a record: \(refusal)")
        case .damaged(let path):
            self = .unreadable(
                path, "damaged or incomplete record", hint: "look for another copy of it")
        case .noRecord(let path, let meant):
            self = .unreadable(path, "is not a record", hint: meant.map { "did you mean \($0)?" })
        case .isRecord(let path):
            self = .unreadable(
                path, "is a record already",
                hint: "name the artifact; a record is registered with colophon submit")
        case .exists(let path):
            self = .unwritable(
                path, "it exists already",
                hint: """
                    --event correct --parent FILE.colophon writes a correction beside it; --force \
                    replaces it: a second entry of the artifact
                    """)
        case .closedFolder(let path):
            self = .unwritable(
                path, "nothing can be created in its folder",
                hint: "--stdout prints the receipt instead")
        case .replaced(let path):
            self = .unwritable(
                path, "another record was put there meanwhile",
                hint: "submit it too; the one before it is registered")
        case .manyRefused(let path):
            self = .unwritable(
                path,
                "\(RecordFile.refusedLimit) files beside it hold what was refused already",
                hint: "move FILE.refused-* to another folder: all of it may be evidence")
        }
    }

    /// Why a file of JSON was not read.
    init(_ error: JSONFileError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .malformed(let path, let error):
            self = .unreadable(path, "is not strict JSON: \(error)")
        case .notAnObject(let path): self = .unreadable(path, "is not a JSON object")
        }
    }

    /// Why a finished manifest was not read.
    init(_ error: FinishedManifestError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .notUTF8(let path):
            self = .unreadable(path, "is not strict JSON", hint: PlainText.advice)
        case .envelope(let path, .severalLines(let lines)):
            self = .unreadable(
                path, "\(EnvelopeError.severalLines(lines))",
                hint: "put the one that is meant into a file of its own: sed -n "
                    + "\(lines.first?.number ?? 1)p \(ShellWord.quoted(path)) >statement.json")
        case .envelope(let path, let error): self = .unreadable(path, "\(error)")
        case .noStatement(let path):
            self = .unreadable(
                path,
                "is JSON, but no in-toto Statement, and no DSSE envelope or Sigstore bundle of one",
                hint: "without --manifest, colophon sign FILE signs a record about any file")
        }
    }

    /// Why a key was not read.
    init(_ error: NamedKeyError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .notPEM(let path):
            self = .unreadable(path, "is not a PEM file", hint: PlainText.advice)
        case .refused(let path, let error):
            self = .unreadable(path, "\(error)", hint: error.hint(path: path))
        }
    }

    /// Why the record of `path` was not signed; `predicate` is the file of members.
    init(_ error: SignerError, signing path: String, predicate: String? = nil) {
        switch error {
        case .creatorMissing:
            self = .usage(
                "--creator is missing", hint: "give --creator NAME or set COLOPHON_CREATOR")
        case .titleMissing:
            self = .usage(
                "--title is missing", hint: "every record has a title that people read")
        case .timeMissing:
            self = .unreadable(
                path, "has no time of its own", hint: "give --captured-at a time, or none")
        case .nameIsNoText:
            self = .unreadable(
                path, "has a name that is not UTF-8, and a record holds the name for ever",
                hint: "give the file another name first")
        case .filledIn(let name):
            self = .unreadable(
                predicate ?? path, "\"\(name)\" is filled in and must not be in the file")
        case .givenTwice(let name):
            self = .unreadable(
                predicate ?? path, "\"\(name)\" is given by a flag as well",
                hint: "give it in one place")
        case .threadOfEdition:
            self = .usage(
                "--sub and an edition exclude each other",
                hint: "the thread of a copy is DROP#SERIAL")
        case .audienceMissing(let type):
            let kind = RecordType.allCases.first { $0.predicateType == type }
            self = .usage(
                "--aud is missing: a \(kind?.rawValue ?? "\(type)") is meant for one ledger",
                hint: "give --aud ORIGIN, or --trust KIT for the origin of that kit")
        case .overtaken:
            self.init(.tryAgain, path, "\(error)", hint: "run the same command again")
        case .isControl:
            self = .unreadable(
                path, "is a control statement's manifest",
                hint: "colophon key, policy and erase sign those")
        case .refused(let refusal): self = .unreadable(path, "\(refusal)")
        }
    }

    /// Why a ledger did not do what it was asked: its no is final, anything else may be tried
    /// again.
    init(_ error: CallError, _ subject: String? = nil) {
        let reason = "the ledger \(error)"
        switch error {
        case .refused(let problem) where problem.status == 404:
            self.init(
                .no, subject, reason,
                hint: "is the address complete, with the path of the ledger's origin?")
        case .refused(let problem) where problem.status == 413 && problem.detail != nil:
            // Only the ledger itself says which field is too large; a proxy knows no fields.
            self.init(
                .no, subject, reason,
                hint: """
                    the ledger sets this limit (colophon policy get prints its own): shorten \
                    --record, or what else makes it large
                    """)
        case .refused(let problem) where problem.status == 413:
            self.init(
                .no, subject, reason,
                hint: """
                    something on the way takes no body of this size, as a proxy with a limit \
                    (nginx: client_max_body_size)
                    """)
        case .refused: self.init(.no, subject, reason)
        case .untrusted:
            self.init(
                .tryAgain, subject, reason,
                hint: """
                    waiting does not help: set this machine's clock, name the ledger's own \
                    authority with --ca FILE, or tell its operator
                    """)
        case .page(let type):
            self.init(
                .tryAgain, subject,
                "a page (\(type)) came from there, which is not a ledger's answer",
                hint: """
                    a network that wants a log-in answers so: log in with a browser, then run \
                    the same command again; or check the address of the ledger
                    """)
        case .unreachable, .unavailable:
            self.init(.tryAgain, subject, reason, hint: "run the same command again later")
        case .unexpected:
            self.init(.tryAgain, subject, reason, hint: "check the address of the ledger")
        }
    }

    /// Why the files in a folder are not known.
    init(_ error: FolderWalkError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .empty(let path):
            self = .unreadable(
                path, "holds no record", hint: "colophon sign makes one beside each work")
        case .noWork(let path):
            self = .unreadable(
                path, "holds no file to sign",
                hint: "links, and names that begin with \".\", are passed over")
        }
    }

    /// Why the record at `path` was not completed.
    ///
    /// - Parameters:
    ///   - kit: how the trust kit was named that verifies receipts; nil without one.
    ///   - kept: where that is which speaks against the record, or why it is not kept.
    init(
        _ error: SubmissionError, _ path: String, _ remedies: RefusalWords, at ledger: ServiceURL,
        kit: String?, kept: Result<String, RecordFileError>?
    ) {
        switch error {
        case .file(let error): self.init(error)
        case .refusedHere(let refusal): self = .no(path, "\(refusal)")
        case .refused(let problem, let key):
            self = remedies.failure(problem, signedBy: key, path)
        case .receipt(let error):
            self.init(
                .tryAgain, path, "the ledger gave a receipt that proves nothing: \(error)",
                hint: "the file stays as it was")
        case .newer(let error): self.init(error, path, at: ledger, kit: kit, kept: kept)
        case .seen(.ledger(let error)): self.init(error, path)
        case .seen(.forked(let size)):
            self = .no(
                path, "the ledger cannot show that it extends the tree of \(size) that was seen",
                hint: "keep both checkpoints: they may prove that the ledger has forked")
        }
    }

    /// Why what a key has signed for cannot be read or written.
    init(_ error: LedgerMemoryError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .unwritable(let error): self.init(writing: error)
        case .malformed(let path):
            self = .unreadable(
                path, "is not a list of ledgers: each line is ADDRESS ORIGIN GENESIS",
                hint: "mend it, or remove it and name the ledger with --origin or --trust once")
        case .ofAnotherUser(let path):
            self = .unreadable(
                path, "is another user's: what this key signed for cannot be taken from there",
                hint: "set HOME to your own")
        case .openToOthers(let path):
            self = .unreadable(
                path, "can be changed by others: what this key signed for cannot be taken from it",
                hint: "look at it, then take that away: chmod go-w")
        case .full(let path):
            self = .unwritable(path, "it has too many ledgers", hint: "remove lines of old ones")
        case .writtenMeanwhile(let path):
            self.init(
                .tryAgain, path, "was written by another command just now",
                hint: "run the same command again")
        }
    }
}
