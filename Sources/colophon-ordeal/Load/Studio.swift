import Encoding
import Foundation
import Keys
import Manifests
import Merkle
import Provenance

/// One signed statement, as it is sent, and as the ledger will log it.
struct Work: Sendable {
    let statement: Statement
    let manifest: [UInt8]

    /// The statement with its manifest beside it.
    let bytes: [UInt8]

    var id: EntryID { statement.id }

    init(statement: Statement, manifest: [UInt8]) throws {
        self.statement = statement
        self.manifest = manifest
        bytes = try TransparentStatement(statement, manifest: manifest).encoded()
    }
}

/// Signs works without end, with a key that this run has made.
struct Studio: Sendable {
    static let issuer = "https://pops.example/ordeal"

    private let key: SigningKey

    init(keyFile: URL) throws {
        key = try KeyFile.read(privateKeyAt: keyFile.path()).key
    }

    /// Signs the capture of an artifact of this name; `padding` makes its manifest larger.
    func work(_ name: String, padding: Int = 0) throws -> Work {
        let issuer = Text(Self.issuer)
        let subject = Subject(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "image/jpeg")
        let predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Studio Ordeal"],
            "pop": .string(issuer),
            "capturedAt": ["at": "2026-10-02T14:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": .string(Text("The flood, \(name)"))],
            "ext": ["padding": .string(Text(Self.noise(padding)))],
        ]
        let manifest = try Manifest.provenance(of: [subject], predicate, nonce: Self.bytes())
        let draft = StatementDraft(
            manifest: manifest, issuer: issuer, subject: Text("urn:example:ordeal:\(name)"),
            audience: nil, issuedAt: UInt64(Date().timeIntervalSince1970), claimID: Self.bytes())
        return try Work(statement: draft.sign(with: key), manifest: manifest.bytes)
    }

    private static func bytes() -> [UInt8] {
        (0..<16).map { _ in .random(in: .min ... .max) }
    }

    /// Random letters, which no compression makes small.
    private static func noise(_ count: Int) -> String {
        var dice = Dice(seed: .random(in: .min ... .max))
        let letters = (0..<count).map { _ in 0x61 + UInt8(truncatingIfNeeded: dice.next()) % 26 }
        return String(decoding: letters, as: UTF8.self)
    }
}
