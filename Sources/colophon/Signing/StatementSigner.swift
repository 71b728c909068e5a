import Checkpoints
import Encoding
import Keys
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Signs manifests as one PoP, each into a file of its own.
struct StatementSigner {
    let issuer: Text

    private let key: SigningKey
    private let audience: Text?
    private let subject: Text?
    private let console: Console

    init(_ options: SignerOptions, _ settings: Settings, _ console: Console) throws(Failure) {
        issuer = Text(try settings.required("issuer"))
        key = try KeyFiles.privateKey(settings.required("key"), console)
        subject = options.sub.map { Text($0) }
        if let aud = options.aud {
            audience = Text(aud)
        } else if let folder = settings["trust"] {
            audience = try TrustFolder.kit(folder).origin.text
        } else {
            audience = nil
        }
        self.console = console
    }

    /// Signs a work.
    func sign(
        _ file: String, _ facts: ArtifactFacts, _ draft: ProvenanceDraft, _ output: OutputFile
    ) throws(Failure) -> ExitStatus {
        let artifact = Subject(
            name: Text(Self.name(of: file)), digest: facts.digest,
            mediaType: Text(MediaTypeGuess.guess(name: file, start: facts.start)))
        let predicate = try draft.predicate(modified: facts.modified)
        let manifest = try Self.refusing(file) { () throws(Refusal) in
            try Manifest.provenance(
                of: [artifact], predicate, nonce: Random.bytes(Limits.nonceBytes))
        }
        let thread = try draft.thread(of: predicate, overriddenBy: subject)
        return try finish(manifest, thread, file, output)
    }

    /// Signs a record without an artifact; its subject follows from the type.
    func sign(
        type: RecordType, _ extra: ExtraMembers, _ output: OutputFile
    ) throws(Failure) -> ExitStatus {
        let members = try extra.merged(into: JSON.Object())
        let needsAudience = type == .milestone || type == .reconciliation
        guard !needsAudience || audience != nil else {
            throw .usage(
                "--aud is missing: a \(type.rawValue) is meant for one ledger",
                hint: "give --aud ORIGIN, or --trust DIR for the origin of that kit")
        }
        let manifest = try Self.refusing(extra.path) { () throws(Refusal) in
            try Manifest.record(
                type.predicateType, members, issuer: issuer,
                nonce: Random.bytes(Limits.nonceBytes))
        }
        return try finish(manifest, subject ?? Text(Random.uuid()), extra.path, output)
    }

    /// Signs a finished manifest byte for byte.
    func sign(
        finished bytes: [UInt8], _ path: String, _ output: OutputFile
    ) throws(Failure) -> ExitStatus {
        let manifest = try Self.refusing(path) { () throws(Refusal) in try Manifest(bytes) }
        guard !PredicateType.isControl(manifest.predicateType) else {
            throw .unreadable(
                path, "is a control statement's manifest",
                hint: "colophon key, policy and erase sign those")
        }
        let thread = try EditionThread.thread(
            of: manifest.predicate, overriddenBy: subject, parent: nil)
        return try finish(manifest, thread, path, output)
    }

    private func finish(
        _ manifest: Manifest, _ thread: Text, _ path: String, _ output: OutputFile
    ) throws(Failure) -> ExitStatus {
        let statement: Statement
        let file: TransparentStatement
        do throws(Refusal) {
            let draft = StatementDraft(
                manifest: manifest, issuer: issuer, subject: thread, audience: audience,
                issuedAt: Clock.now, claimID: Random.bytes(16))
            statement = try draft.sign(with: key)
            file = try TransparentStatement(statement, manifest: manifest.bytes)
        } catch {
            throw .unreadable(path, "\(error)")
        }
        try output.write(file.encoded())
        console.print(
            "\(output.path) \(statement.id)",
            [
                ("file", .string(Text(path))), ("colophon", .string(Text(output.path))),
                ("entry", .string(Text("\(statement.id)"))), ("sub", .string(thread)),
                ("aud", audience.map { .string($0) }),
            ])
        return .yes
    }

    private static func refusing<Value>(
        _ path: String, _ body: () throws(Refusal) -> Value
    ) throws(Failure) -> Value {
        do throws(Refusal) {
            return try body()
        } catch {
            throw .unreadable(path, "\(error)")
        }
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
