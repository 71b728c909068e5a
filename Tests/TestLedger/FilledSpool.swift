package import Encoding
import Foundation
import Keys
import Merkle
import Provenance
package import Studio
package import TestSupport

/// A spool in a folder of its own, with records of a PoP.
package struct FilledSpool: Sendable {
    package let folder: TemporaryFolder
    package let spool: Spool
    private let signer: Signer

    /// Makes a spool for the key of a PoP, and seals a record for each of these works.
    package init(
        _ works: [String], by key: SigningKey, origin: Text? = nil, besideWorks: Bool = false
    ) throws {
        folder = try TemporaryFolder("s")
        signer = Signer(issuer: LedgerFixture.berlin, key: key)
        spool = try Spool.make(
            at: folder.path("spool"),
            Spool.Settings(
                issuer: LedgerFixture.berlin, key: folder.path("berlin.pem"),
                keyID: found(Hash(signer.keyID), "a thumbprint"),
                ledger: "https://ledger.example/prints", origin: origin))
        for work in works { try seal(work, besideWork: besideWorks) }
    }

    /// Seals one more record; `seen` is the note of a head that the PoP has seen.
    package func seal(_ work: String, besideWork: Bool = false, seen: [UInt8]? = nil) throws {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: Text("Photograph \(work)"))
        draft.seen = try seen.map { try found(Text(utf8: $0), "a note") }
        let finished = draft
        let artifact = Artifact(
            name: Text(work), digest: .sha256(Array(work.utf8)), mediaType: "image/jpeg")
        let output = besideWork ? try NewRecordFile(beside: folder.path(work)) : nil
        _ = try spool.seal(name: work, beside: output) { chain throws(SignerError) in
            try signer.sign(finished, of: artifact, chain: chain)
        }
    }

    /// The names for people of the records in this state, in the order of their numbers.
    package func works(_ state: SpoolRecord.State) throws -> [String] {
        try spool.records(in: state).map(\.name)
    }

    /// The records in this state, read.
    package func contents(_ state: SpoolRecord.State) throws -> [SpoolContent] {
        try spool.records(in: state).map { try spool.content(of: $0) }
    }
}
