import Checkpoints
import Encoding
import Manifests
import Provenance
import Settings
import Studio

/// Signs what `sign` was asked for: each record into a file of its own, and a line for each.
struct SigningDesk {
    private let signer: Signer
    private let spool: SpoolDesk?
    private let thread: Text?
    private let force: Bool
    private let console: Console

    /// Reads issuer, key, and for whom is signed.
    init(
        _ options: SignerOptions, _ settings: Settings, force: Bool, _ console: Console
    ) throws(Failure) {
        let passphrases = PassphraseSource(options.passphrase, settings, console)
        if let path = options.spool {
            let desk = try SpoolDesk(path, options, passphrases, console)
            (signer, spool) = (desk.signer, desk)
        } else {
            (signer, spool) = (try Self.signer(options, settings, passphrases, console), nil)
        }
        thread = options.sub.map { Text($0) }
        self.force = force
        self.console = console
    }

    private static func signer(
        _ options: SignerOptions, _ settings: Settings, _ passphrases: PassphraseSource,
        _ console: Console
    ) throws(Failure) -> Signer {
        let issuer = Text(try settings.required("issuer"))
        let key = try NamedFile.privateKey(settings.required("key"), passphrases, console)
        var audience = options.aud.map { Text($0) }
        var newest: (UInt64, String)?
        if let path = settings["trust"] {
            let kit = try NamedFile.kit(path)
            audience = audience ?? kit.origin.text
            newest = (kit.time, path)
        }
        ClockWords(now: UTC.now, kit: newest).warn(console)
        return Signer(issuer: issuer, key: key, audience: audience)
    }

    /// Signs a work; `predicate` is the file of members that go into each record.
    func sign(
        _ file: String, _ draft: ProvenanceDraft, _ predicate: String?, isNamed: Bool
    ) throws(Failure) -> ExitStatus {
        var draft = draft
        if let spool { draft.take(spool.clock, spool.seen) }
        let output = try place(beside: file, draft.parents)
        let work = try NamedFile.work(
            file, looksInside: true, decoder: draft.wantsLikeness ? .ours : nil, console)
        let words: CaptureWords
        do throws(SignerError) {
            words = try CaptureWords(draft, of: work)
        } catch {
            throw Failure(error, signing: file, predicate: predicate)
        }
        let isMeantTwice = force || !draft.parents.isEmpty
        let named = WorkToSign(
            file, predicate: predicate, digest: isMeantTwice ? nil : work.digest, isNamed: isNamed)
        return try write(output, named, words) { chain throws(SignerError) in
            try signer.sign(draft, of: work, thread: thread, chain: chain)
        }
    }

    /// Signs a record without an artifact, whose members are in the file `predicate`.
    func sign(
        _ type: RecordType, _ members: JSON.Object, _ predicate: String
    ) throws(Failure) -> ExitStatus {
        let output = try place(beside: predicate)
        return try write(output, WorkToSign(predicate)) { chain throws(SignerError) in
            try signer.sign(type.predicateType, members, thread: thread, chain: chain)
        }
    }

    /// Signs the finished manifest in the file at `path`.
    func sign(finished path: String) throws(Failure) -> ExitStatus {
        let output = try place(beside: path)
        let manifest: FinishedManifest
        do throws(FinishedManifestError) {
            manifest = try FinishedManifest(path)
        } catch {
            throw Failure(error)
        }
        if let form = manifest.form {
            console.warn(
                path,
                "is a \(form.rawValue): its payload is what is signed; who signed the envelope "
                    + "was not checked")
        }
        return try write(output, WorkToSign(path)) { chain throws(SignerError) in
            try signer.sign(finished: manifest.bytes, thread: thread, chain: chain)
        }
    }

    /// Decides where the record of `input` goes, before it is made.
    private func place(
        beside input: String, _ parents: [ParentRecord] = []
    ) throws(Failure) -> NewRecordFile {
        do throws(RecordFileError) {
            return try NewRecordFile(
                beside: input, replacing: force, parents: parents.map(\.statement.id))
        } catch {
            throw Failure(error)
        }
    }

    private func write(
        _ output: NewRecordFile, _ work: WorkToSign, _ words: CaptureWords? = nil,
        _ sign: (Chain?) throws(SignerError) -> SignedRecord
    ) throws(Failure) -> ExitStatus {
        if let spool {
            let sealed = try spool.seal(work, beside: output, console, sign: sign)
            guard let sealed else { return .yes }
            tell(SignedWork(sealed, at: output, in: spool.spool), work, output, words)
        } else {
            tell(try written(output, work, sign), work, output, words)
        }
        return .yes
    }

    /// Prints what was signed.
    private func tell(
        _ made: SignedWork, _ work: WorkToSign, _ output: NewRecordFile, _ words: CaptureWords?
    ) {
        if output.isReplacement, made.path == output.path {
            let old = made.keptPath.map { "; the old record is \($0) now" } ?? ""
            console.warn(
                output.path,
                "was replaced: the artifact gets a second entry; the first one stays\(old)")
        }
        let (statement, audience) = (made.record.statement, signer.audience)
        let number = made.number.map { " \($0)" } ?? ""
        let likeness = ParentText(try? Manifest(made.record.manifest))
        console.print(
            "\(made.path) \(made.record.id)\(number)",
            [
                ("file", .string(Text(work.path))), ("colophon", .string(Text(made.path))),
                ("entry", .string(Text("\(made.record.id)"))),
                ("number", made.number.map { .integer(Int64(clamping: $0)) }),
                ("sub", .string(statement.subject)), ("aud", audience.map { .string($0) }),
                ("parentLikeness", likeness?.json),
            ] + (words?.members ?? []))
        if let warning = likeness?.warning { console.warn(work.path, warning) }
        if let words { tell(words, work.path, signedAt: statement.issuedAt) }
    }

    /// Signs, and writes the record beside the work.
    private func written(
        _ output: NewRecordFile, _ work: WorkToSign,
        _ sign: (Chain?) throws(SignerError) -> SignedRecord
    ) throws(Failure) -> SignedWork {
        let record: SignedRecord
        do throws(SignerError) {
            record = try sign(nil)
        } catch {
            throw Failure(error, signing: work.path, predicate: work.predicate)
        }
        do throws(RecordFileError) {
            return SignedWork(record, path: output.path, keptPath: try output.write(record))
        } catch {
            throw Failure(error)
        }
    }

    /// Tells what was taken from the file at `path`.
    private func tell(_ words: CaptureWords, _ path: String, signedAt: UInt64) {
        for line in words.lines { console.note("\(path): \(line)") }
        if let unread = words.unreadCredentials { console.warn(path, unread) }
        if let future = words.future(signedAt: signedAt) {
            console.warn(
                path,
                "was captured after it was signed: \(future) is after "
                    + "\(UTC.text(signedAt)); look at the camera's clock and this machine's")
        }
    }
}

/// A record that was signed, and where it is.
private struct SignedWork {
    let record: SignedRecord

    /// Its file: beside the work, or else in the spool.
    let path: String

    /// Where the record that it replaced is kept; nil where none was.
    let keptPath: String?

    /// Its number in the spool; nil without one.
    let number: UInt64?

    init(_ record: SignedRecord, path: String, keptPath: String?) {
        (self.record, self.path, self.keptPath) = (record, path, keptPath)
        number = nil
    }

    init(_ sealed: SealedRecord, at output: NewRecordFile, in spool: Spool) {
        record = sealed.signed
        keptPath = sealed.keptPath
        number = sealed.record.number
        path =
            sealed.copyError == nil
            ? output.path
            : "\(spool.path)/\(sealed.record.state.rawValue)/\(sealed.record.fileName)"
    }
}

extension RecordOptions {
    /// Returns what the flags say about works.
    ///
    /// - Parameters:
    ///   - usualCreator: the creator that the surroundings name.
    ///   - extra: the members that are in the file `predicate`.
    func draft(
        usualCreator: String?, extra: JSON.Object, _ predicate: String?
    ) throws(Failure) -> ProvenanceDraft {
        var draft = ProvenanceDraft()
        draft.extra = extra
        draft.event = event.map { Text($0) }
        draft.creator = creator.map { Text($0) }
        draft.usualCreator = usualCreator.map { Text($0) }
        draft.capturedAt = try capture.time()
        draft.takesPlace = !capture.noGeo
        draft.takesLikeness = !capture.noPerceptualHash
        draft.actions = action.map { Text($0) }
        for path in parent {
            draft.parents.append(ParentRecord(try NamedFile.record(path).content))
        }
        draft.record = try text()
        draft.edition = try copy()
        draft.seen = try seen.map { path throws(Failure) in
            let bytes = try NamedFile.bytes(of: path, limit: FileLimit.checkpoint)
            guard let text = Text(utf8: bytes) else {
                throw .unreadable(path, "is not a checkpoint")
            }
            return text
        }
        do throws(SignerError) {
            try draft.check()
        } catch {
            throw Failure(error, signing: predicate ?? "")
        }
        return draft
    }

    private func text() throws(Failure) -> RecordText? {
        guard let title else {
            guard record == nil, lang == nil else {
                throw .usage("--title is missing: --record and --lang go with it")
            }
            return nil
        }
        return RecordText(
            title: Text(title), text: record.map { Text($0) }, language: Text(lang ?? "en"))
    }

    private func copy() throws(Failure) -> Edition? {
        guard let edition else {
            guard drop == nil else { throw .usage("--drop goes with --edition") }
            return nil
        }
        guard let drop else {
            throw .usage(
                "--drop is missing: a numbered copy belongs to a drop",
                hint: "--edition 7/50 --drop https://drops.example/estuary")
        }
        do throws(EditionError) {
            return try Edition(edition, of: Text(drop))
        } catch {
            switch error {
            case .notNumbered:
                throw .usage("--edition \(edition) is not NUMBER/TOTAL, such as 7/50")
            case .dropHasSeparator:
                throw .usage("--drop \(drop) contains \"#\", which separates drop and number")
            }
        }
    }
}
