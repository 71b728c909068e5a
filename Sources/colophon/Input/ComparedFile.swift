import Capture
import Manifests
import Merkle
import Provenance

/// A file that a record is compared with.
struct ComparedFile {
    /// The digest that stands for it.
    let digest: Hash

    /// What it is around the signed manifest; nil where it is no envelope.
    let envelope: StatementEnvelope.Form?

    /// The Content Credentials that it carries, or why none; nil where the record names none, and
    /// nobody looked.
    let credentials: Result<ProvenanceFacts.ContentCredentials, NoCredentials>?

    /// Whether a record names Content Credentials, which are then looked for in the file.
    static func namesCredentials(_ record: TransparentStatement) -> Bool {
        let manifest = record.manifest.flatMap { try? Manifest($0) }
        return manifest.flatMap { try? ProvenanceFacts($0) }?.contentCredentials != nil
    }
}
