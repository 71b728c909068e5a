import ArgumentParser
import Cards
import Encoding
import Files
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Shows a record to a person: the card of it.
struct Show: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a record to a person: what it says, and what of it is proven.",
        discussion: """
              colophon show photo.jpg.colophon
              colophon show photo.jpg.colophon --artifact photo.jpg --trust trust/
              colophon show photo.jpg.colophon --trust trust/ --html > card.html

            Each line of the card says where it comes from: [P] is proven here, [S] stated
            by the signer, [W] seen by others, [?] not known here. Without --trust nothing
            is checked but digests. Nobody is asked; colophon history asks a ledger.

            The signed text stands in the card as it was signed. --lang de or fr has the
            fixed words in that language, and says that it is a translation. A browser
            prints the page of --html, or saves it as a PDF.

            --anchors writes the evidence of time for other programs. Of the record's anchor
            N there is N.head, the bytes that were dated, and beside it a token (N.head.tst)
            or a proof (N.head.ots); with --trust, the kit's authorities are tsa.pem:
              colophon show photo.jpg.colophon --anchors evidence --trust trust/
              cd evidence
              openssl ts -verify -token_in -in 1.head.tst -data 1.head -CAfile tsa.pem
              ots verify 2.head.ots

            Exit code 1 means that the trust kit finds something false or suspect, or that
            the artifact is another file; colophon verify says whether all is proven.
            """)

    @Argument(help: ArgumentHelp("The record.", valueName: "file.colophon"))
    var file: String

    @Option(
        help: ArgumentHelp("Compare this file with the record.", valueName: "file"))
    var artifact: String?

    @Option(
        help: ArgumentHelp(
            "Write the evidence of time as files for other programs into a new folder.",
            valueName: "dir"))
    var anchors: String?

    @Option(
        help: ArgumentHelp(
            "The trust kit by which the record is judged (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            "Bitcoin block headers that you trust (COLOPHON_BITCOIN_HEADERS).", valueName: "file"))
    var bitcoinHeaders: String?

    @OptionGroup var form: CardOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let language = try form.language(console)
        let record = try NamedFile.record(file).content
        let settings = try await common.settings([
            "trust": trust, "bitcoin-headers": bitcoinHeaders,
        ])
        let named = try settings["trust"].map { path throws(Failure) in
            try NamedFile.namedKit(path)
        }
        let kit = try named.map { named throws(Failure) in try NamedFile.kit(named) }
        if let anchors { try write(record, to: anchors, by: kit, console) }
        let compared = try artifact.map { path throws(Failure) in
            try NamedFile.compared(path, with: record.encoded(), console)
        }
        let digest = compared?.digest
        var report: Report?
        if let named, let kit {
            let now = UTC.now
            let checkers = try NamedFile.checkers(of: kit, in: named, settings, clock: { now })
            report = Verifier(kit, checkers: checkers).verify(
                file: record.encoded(), artifact: digest, recordOnly: digest == nil, time: now)
        }
        let manifest = record.manifest.flatMap { try? Manifest($0) }
        let carried = compared.flatMap {
            CredentialText(manifest, $0.credentials, isSameFile: nil)
        }
        let view = CardView(
            of: record,
            CardView.Context(
                name: file, report: report, artifact: digest, credentials: carried?.match,
                likeness: compared?.likeness))
        show(view, record, isChecked: report != nil, language, console)
        if compared?.likeness != nil {
            console.explain(Columns.wrap("\(LikenessWords.offline)", head: "note: "))
        }
        return Self.status(report, digest, record.statement)
    }

    private func show(
        _ view: CardView, _ record: TransparentStatement, isChecked: Bool,
        _ language: CardLanguage, _ console: Console
    ) {
        if console.json {
            var object = json(record, view.signed?.manifest, isChecked: isChecked)
            object["card"] = .object(CardJSON(view, in: language).object)
            console.print(json: object)
        } else if form.html {
            console.print(text: String(CardPage(view, in: language).page.dropLast()))
        } else {
            console.print(text: String(CardText(view, in: language).text.dropLast()))
        }
    }

    /// Whether what was shown holds as far as it goes; that it is enough only `verify` says.
    private static func status(
        _ report: Report?, _ artifact: Hash?, _ statement: Statement
    ) -> ExitStatus {
        if let report {
            return [.refuted, .anotherFile, .suspect].contains(report.outcome) ? .no : .yes
        }
        guard let artifact, artifact != statement.manifestDigest else { return .yes }
        let isNamed =
            PredicateType.hasArtifact(statement.predicate)
            && statement.subjectDigests.contains(artifact)
        return isNamed ? .yes : .no
    }

    /// Writes the evidence of time, and says how many files there are.
    private func write(
        _ record: TransparentStatement, to folder: String, by kit: TrustKit?, _ console: Console
    ) throws(Failure) {
        let files: [(name: String, bytes: [UInt8])]
        do throws(Refusal) {
            files = try EvidenceFiles.named(of: record, by: kit)
        } catch {
            throw .unreadable(file, "an anchor cannot be read: \(error)")
        }
        guard !files.isEmpty else {
            throw .no(
                file, "has no evidence of time",
                hint: "colophon refresh \(ShellWord.quoted(file)) --ledger URL adds what there is")
        }
        do throws(FileError) {
            try EvidenceFiles.write(files, to: folder)
        } catch {
            throw Failure(writing: error)
        }
        console.note("\(files.count) files of evidence are in \(folder)")
    }

    private func json(
        _ record: TransparentStatement, _ manifest: Manifest?, isChecked: Bool
    ) -> JSON.Object {
        let statement = record.statement
        let receipts = record.receipts.compactMap { try? Receipt($0) }.map { receipt -> JSON in
            var object: JSON.Object = [
                "origin": .string(receipt.origin),
                "size": .integer(Int64(clamping: receipt.treeSize)),
                "time": .string(Text(UTC.text(receipt.issuedAt))),
            ]
            if case .inclusion(let proof) = receipt.proof {
                object["index"] = .integer(Int64(clamping: proof.leafIndex))
            }
            return .object(object)
        }
        let value = manifest.flatMap { try? JSON.decode($0.bytes) }
        return Console.object([
            ("file", .string(Text(file))), ("checked", .bool(isChecked)),
            ("entry", .string(Text("\(statement.id)"))), ("type", .string(statement.predicate)),
            ("iss", .string(statement.issuer)), ("sub", .string(statement.subject)),
            ("aud", statement.audience.map { .string($0) }),
            ("iat", .integer(Int64(clamping: statement.issuedAt))),
            ("kid", .string(Text(Base64.encodeURL(statement.keyID.bytes)))),
            ("receipts", .array(receipts)), ("manifest", value),
        ])
    }
}
