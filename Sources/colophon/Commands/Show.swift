import ArgumentParser
import Encoding
import Manifests
import Merkle
import Provenance
import Studio

/// Prints a record for a person to read.
struct Show: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a record for a person to read; checks nothing.",
        discussion: """
              colophon show photo.jpg.colophon

            Everything that is printed is a claim of the record's maker. colophon verify
            says what is proven.
            """)

    @Argument(help: ArgumentHelp("The record.", valueName: "file.colophon"))
    var file: String

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let record = try NamedFile.record(file).content
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
        for fact in (manifest.map(Self.build) ?? []) + facts(record) {
            let head = "  " + Columns.pad(fact.name, to: 12)
            for line in Columns.wrap(fact.value, head: head) { console.print(line) }
        }
        return .yes
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
        var facts = [
            Claims.Claim(name: "entry", value: "\(statement.id)"),
            Claims.Claim(name: "type", value: statement.predicate.string),
            Claims.Claim(name: "issuer", value: statement.issuer.string),
            Claims.Claim(name: "thread", value: statement.subject.string),
            Claims.Claim(name: "signed at", value: "\(Instant(statement.issuedAt))"),
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
