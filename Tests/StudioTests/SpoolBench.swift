import Encoding
import Files
import Foundation
import Keys
import Merkle
import Provenance
import Studio
import Synchronization
import TestSupport
import Testing

/// A spool in a folder of its own, with the key that it was made for.
struct SpoolBench {
    static let issuer: Text = "https://pops.example/berlin"

    let folder: TemporaryFolder
    let signer: Signer

    var path: String { folder.path("spool") }

    var draft: ProvenanceDraft {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "Estuary")
        return draft
    }

    init(
        key: SigningKey = KeyFile.generate(.ed25519),
        in base: URL = FileManager.default.temporaryDirectory
    ) throws {
        folder = try TemporaryFolder(in: base)
        signer = Signer(issuer: Self.issuer, key: key)
        _ = try Spool.make(at: folder.path("spool"), settings)
    }

    var settings: Spool.Settings {
        get throws {
            Spool.Settings(
                issuer: Self.issuer, key: folder.path("berlin.pem"),
                keyID: try #require(Hash(signer.keyID)), ledger: "https://ledger.example/prints")
        }
    }

    func open() throws -> Spool { try Spool(path, for: .writing) }

    func artifact(_ name: String) -> Artifact {
        Artifact(name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "text/plain")
    }

    @discardableResult
    func seal(
        _ work: String, in spool: Spool, as name: String? = nil, besideWork: Bool = false,
        issuedAt: UInt64 = UTC.now, content: String? = nil
    ) throws -> SealedRecord {
        let output = besideWork ? try NewRecordFile(beside: folder.path(work)) : nil
        let artifact = artifact(content ?? work)
        return try spool.seal(
            name: name ?? work, beside: output, of: content == nil ? nil : artifact.digest
        ) { chain throws(SignerError) in
            try signer.sign(draft, of: artifact, chain: chain, Freshness(issuedAt: issuedAt))
        }
    }
}

/// What happened, in order.
final class EventList: Sendable {
    private let events = Mutex<[Spool.Event]>([])

    var all: [Spool.Event] { events.withLock { $0 } }

    func append(_ event: Spool.Event) { events.withLock { $0.append(event) } }
}
