import ArgumentParser
import Encoding
import Files
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Prints a record for a person to read.
struct Show: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a record for a person to read; checks nothing.",
        discussion: """
              colophon show photo.jpg.colophon

            Everything that is printed is a claim of the record's maker. colophon verify
            says what is proven.

            --anchors writes the evidence of time for other programs. Of the record's anchor
            N there is N.head, the bytes that were dated, and beside it a token (N.head.tst)
            or a proof (N.head.ots); with --trust, the kit's authorities are tsa.pem:
              colophon show photo.jpg.colophon --anchors evidence --trust trust/
              cd evidence
              openssl ts -verify -token_in -in 1.head.tst -data 1.head -CAfile tsa.pem
              ots verify 2.head.ots
            """)

    @Argument(help: ArgumentHelp("The record.", valueName: "file.colophon"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Write the evidence of time as files for other programs into a new folder.",
            valueName: "dir"))
    var anchors: String?

    @Option(
        help: ArgumentHelp(
            "The trust kit, whose authorities are written beside the tokens.", valueName: "kit"))
    var trust: String?

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let record = try NamedFile.record(file).content
        if let anchors { try await write(record, to: anchors, console) }
        let (manifest, trouble) = Self.manifest(of: record)
        if console.json {
            console.print(json: json(record, manifest))
            return .yes
        }
        if let manifest {
            let card = Card.text(of: manifest)
            console.print(text: card.hasSuffix("\n") ? String(card.dropLast()) : card)
        }
        if let trouble { console.warn(file, trouble) }
        let about =
            "claims of the record's maker, not checked; colophon verify says what holds"
        console.print("")
        for line in Columns.wrap(about, head: "") { console.print(line) }
        for fact in (manifest.map(Self.build) ?? []) + Self.override(manifest) + facts(record) {
            let head = "  " + Columns.pad(fact.name, to: 12)
            for line in Columns.wrap(fact.value, head: head) { console.print(line) }
        }
        return .yes
    }

    /// Why the threshold of a milestone was overridden, where it was: no card shows it.
    private static func override(_ manifest: Manifest?) -> [Claims.Claim] {
        Claims.milestone(manifest).filter { $0.name == .override }
            .map { Claims.Claim(name: $0.name.words, value: $0.value.string) }
    }

    /// Writes the evidence of time, and says how many files there are.
    private func write(
        _ record: TransparentStatement, to folder: String, _ console: Console
    ) async throws(Failure) {
        let kit = try await common.settings(["trust": trust])["trust"].map(NamedFile.kit)
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

    /// Returns the manifest, or why there is none to show.
    private static func manifest(
        of record: TransparentStatement
    ) -> (Manifest?, trouble: String?) {
        if let manifest = record.statement.controlManifest { return (manifest, nil) }
        guard let bytes = record.manifest else { return (nil, "the manifest is absent") }
        do throws(Refusal) {
            let manifest = try Manifest(bytes)
            guard manifest.digest == record.statement.manifestDigest else {
                return (nil, "the manifest in this file is not the one that was signed")
            }
            return (manifest, nil)
        } catch {
            return (nil, "the manifest cannot be read: \(error)")
        }
    }

    /// What a build service says; the card, which never changes, shows nothing of foreign types.
    private static func build(_ manifest: Manifest) -> [Claims.Claim] {
        guard let build = BuildFacts(manifest) else { return [] }
        let facts = [
            ("builder", build.builder), ("source", build.source), ("commit", build.commit),
        ]
        return facts.compactMap { name, value in
            value.map { Claims.Claim(name: name, value: $0.string) }
        }
    }

    private func facts(_ record: TransparentStatement) -> [Claims.Claim] {
        let statement = record.statement
        let manifest = record.manifest.flatMap { try? Manifest($0) }
        var facts = [
            Claims.Claim(name: "entry", value: "\(statement.id)"),
            Claims.Claim(name: "type", value: statement.predicate.string),
            Claims.Claim(name: "issuer", value: statement.issuer.string),
            Claims.Claim(name: "thread", value: statement.subject.string),
            Claims.Claim(name: "signed at", value: Claims.signedAt(statement, manifest)),
            Claims.Claim(
                name: "key",
                value: "\(Base64.encodeURL(statement.keyID.bytes)) (\(statement.algorithm.name))"),
        ]
        if let audience = statement.audience {
            facts.append(Claims.Claim(name: "audience", value: audience.string))
        }
        for digest in statement.subjectDigests {
            facts.append(Claims.Claim(name: "sha256", value: "\(digest)"))
        }
        for bytes in record.receipts {
            facts.append(Claims.Claim(name: "receipt", value: Self.words(bytes)))
        }
        if record.receipts.isEmpty {
            facts.append(Claims.Claim(name: "receipt", value: "none: not submitted yet"))
        }
        return facts
    }

    private static func words(_ bytes: [UInt8]) -> String {
        guard let receipt = try? Receipt(bytes) else { return "cannot be read" }
        let what =
            switch receipt.proof {
            case .inclusion(let proof): "entry \(proof.leafIndex)"
            case .consistency(let proof): "extends the tree of \(proof.oldSize)"
            }
        return "\(receipt.origin), tree size \(receipt.treeSize), \(what), "
            + "\(Instant(receipt.issuedAt))"
    }

    private func json(_ record: TransparentStatement, _ manifest: Manifest?) -> JSON.Object {
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
            ("file", .string(Text(file))), ("checked", false),
            ("entry", .string(Text("\(statement.id)"))), ("type", .string(statement.predicate)),
            ("iss", .string(statement.issuer)), ("sub", .string(statement.subject)),
            ("aud", statement.audience.map { .string($0) }),
            ("iat", .integer(Int64(clamping: statement.issuedAt))),
            ("kid", .string(Text(Base64.encodeURL(statement.keyID.bytes)))),
            ("receipts", .array(receipts)), ("manifest", value),
        ])
    }
}
