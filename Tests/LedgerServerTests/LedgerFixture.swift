import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import Logging
import Manifests
import Merkle
import Provenance
import Synchronization
import Testing

/// A ledger in a temporary folder, with an administrator and one PoP.
struct LedgerFixture: Sendable {
    static let origin = "ledger.example/prints"
    static let berlin: Text = "https://pops.example/berlin"

    let folder = FileManager.default.temporaryDirectory.appending(path: "s-\(UUID())")
    let admin = KeyFile.generate(.ed25519)
    let pop = KeyFile.generate(.ed25519)
    let options: LedgerOptions
    let ledger: Ledger

    init() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        options = LedgerOptions(data: folder.appending(path: "data").path())
        try Ledger.initialize(
            options, origin: Origin(Text(Self.origin)), admin: admin.publicKey)
        ledger = try Ledger.open(options, logger: Logger(label: "test"))
        let answer = await ledger.register([try popStatement()]).first
        guard case .registered? = answer else { throw FixtureError.unexpected("\(answer as Any)") }
    }

    func remove() {
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The control statement that adds the PoP's key: entry 2.
    private func popStatement() throws -> [UInt8] {
        let change = KeyManifest(
            .add, coseKey: Text(pop.publicKey.string), issuer: Self.berlin, roles: [.pop],
            notBefore: 0)
        return try control(
            change.manifest(origin: Text(Self.origin), nonce: randomBytes()))
    }

    /// Signs a control manifest on top of the ledger's newest control statement.
    func control(_ manifest: Manifest) throws -> [UInt8] {
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(try ledger.control())
        var newest: Statement?
        while case .bytes(let leaf)? = try reader.next() {
            newest = try Statement(leaf: leaf)
        }
        let last = try #require(newest)
        let chain = try #require(last.chain)
        let draft = StatementDraft(
            manifest: manifest, issuer: Text("https://\(Self.origin)/admin"),
            subject: Text("https://" + Self.origin), audience: Text(Self.origin),
            issuedAt: SystemClock.seconds(), claimID: randomBytes(),
            chain: try Chain(id: chain.id, sequence: chain.sequence + 1, previous: last.id.hash))
        return try draft.sign(with: admin).leaf
    }

    /// Signs the capture of a photograph, and returns its transport form.
    func capture(
        _ artifact: String, claimID: [UInt8]? = nil, issuedAt: UInt64? = nil,
        audience: Text? = nil, by signer: SigningKey? = nil, issuer: Text = berlin,
        title: String = "Photograph", padding: Int = 0
    ) throws -> [UInt8] {
        let subject = Subject(
            name: Text(artifact), digest: Hash.sha256(Array(artifact.utf8)),
            mediaType: "image/jpeg")
        var predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Ana Example"],
            "pop": .string(issuer),
            "capturedAt": ["at": "2026-10-02T14:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": .string(Text(title))],
        ]
        if padding > 0 {
            // Random, so that gzip makes nothing of it.
            let bytes = (0..<padding).map { _ in UInt8.random(in: 0x23...0x5B) }
            predicate["ext"] = ["padding": .string(Text(String(decoding: bytes, as: UTF8.self)))]
        }
        let manifest = try Manifest.provenance(of: [subject], predicate, nonce: randomBytes())
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: Text("urn:example:\(artifact)"),
            audience: audience, issuedAt: issuedAt ?? SystemClock.seconds(),
            claimID: claimID ?? randomBytes())
        let statement = try draft.sign(with: signer ?? pop)
        return try TransparentStatement(statement, manifest: manifest.bytes).encoded()
    }
}

enum FixtureError: Error {
    case unexpected(String)
}

/// 16 random bytes.
func randomBytes() -> [UInt8] {
    (0..<16).map { _ in .random(in: .min ... .max) }
}
