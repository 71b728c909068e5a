package import Capture
package import Files
package import Manifests
package import Merkle
package import Provenance

/// A file that a record is compared with.
package struct ComparedFile: Sendable {
    /// The digest that stands for it: its own, or its payload's where it is an envelope around the
    /// very manifest that was signed.
    package let digest: Hash

    /// What it is around the signed manifest; nil where it is no envelope.
    package let envelope: StatementEnvelope.Form?

    /// The Content Credentials that it carries, or why none; nil where the record names none, and
    /// nobody looked.
    package let credentials: Result<ProvenanceFacts.ContentCredentials, NoCredentials>?

    /// Reads the file at `path` to compare it with a record.
    ///
    /// - Parameters:
    ///   - record: nil where it cannot be read: then only the digest is taken.
    ///   - onProgress: is told how many bytes of how many are read.
    /// - Throws: what kept the file from being read, or that it was changed meanwhile.
    package init(
        reading path: String, with record: TransparentStatement?,
        onProgress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(FileError) {
        let manifest = record?.manifest.flatMap { try? Manifest($0) }
        let facts = manifest.flatMap { try? ProvenanceFacts($0) }
        self = try OpenedWork.with(InputFile(path), onProgress: onProgress) {
            work throws(FileError) in
            try ComparedFile(work, record?.statement, facts)
        }
    }

    private init(
        _ work: OpenedWork, _ statement: Statement?, _ facts: ProvenanceFacts?
    ) throws(FileError) {
        if let statement, !statement.subjectDigests.contains(work.digest),
            let form = try work.envelope(of: statement.manifestDigest)
        {
            (digest, envelope, credentials) = (statement.manifestDigest, form, nil)
            return
        }
        (digest, envelope) = (work.digest, nil)
        credentials = facts?.contentCredentials == nil ? nil : try work.credentials()
    }
}
