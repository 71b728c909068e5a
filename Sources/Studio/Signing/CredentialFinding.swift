package import Capture
import Encoding
package import Manifests

/// The Content Credentials of one artifact, with their source.
package enum CredentialFinding: Hashable, Sendable {
    /// The file carries them.
    case carried(ProvenanceFacts.ContentCredentials)

    /// The file has some that cannot be read, or breaks a rule on the way to them.
    case damaged(PictureFault)

    /// They are among the members from a file.
    case written

    /// The member `c2pa`; nil where none are named.
    var json: JSON? {
        guard case .carried(let credentials) = self else { return nil }
        return [
            "manifestStoreSha256": .string(Text("\(credentials.manifestStoreSHA256)")),
            "manifestURN": .string(credentials.manifestURN),
        ]
    }
}

extension ProvenanceDraft {
    /// Finds the Content Credentials of an artifact; nil where it carries none.
    package func credentials(of artifact: Artifact) -> CredentialFinding? {
        guard extra["c2pa"] == nil else { return .written }
        switch artifact.credentials {
        case .success(let credentials): return .carried(credentials)
        case .failure(.damaged(let fault)): return .damaged(fault)
        case .failure(.notThere), .failure(.notLookedFor): return nil
        }
    }
}
