import Encoding
import Keys
import Manifests
import Studio

extension Signer {
    /// A PoP, with a new key that no ledger knows.
    static var berlin: Signer {
        Signer(issuer: "https://pops.example/berlin", key: KeyFile.generate(.ed25519))
    }

    /// Signs a record, and returns what it says.
    func predicate(_ draft: ProvenanceDraft, of work: Artifact) throws -> JSON.Object {
        try Manifest(sign(draft, of: work).manifest).predicate
    }
}
