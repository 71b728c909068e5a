package import Capture
package import Files
package import Manifests
package import Merkle
package import Provenance

/// A file that a record is compared with.
package struct ComparedFile: Sendable {
    /// How the file was named.
    package let path: String

    /// The digest that stands for it: its own, or its payload's where it is an envelope around the
    /// very manifest that was signed.
    package let digest: Hash

    /// What it is around the signed manifest; nil where it is no envelope.
    package let envelope: StatementEnvelope.Form?

    /// The Content Credentials that it carries, or why none; nil where the record names none, and
    /// nobody looked.
    package let credentials: Result<ProvenanceFacts.ContentCredentials, NoCredentials>?

    /// What it looks like; nil where it is one that the record names, or no picture, and where the
    /// record states no hash with which it can be compared.
    package let look: PictureLook?

    /// How near its look is to the one that the record states; nil where it is not.
    ///
    /// It decides nothing.
    package let likeness: PictureLikeness?

    /// Reads the file at `path` to compare it with a record.
    ///
    /// - Parameters:
    ///   - record: nil where it cannot be read: then only the digest is taken.
    ///   - decoder: computes the perceptual hashes of a picture that is another file.
    ///   - onProgress: is told how many bytes of how many are read.
    /// - Throws: what kept the file from being read, or that it was changed meanwhile.
    package init(
        reading path: String, with record: TransparentStatement?,
        decoder: PictureDecoder = .ours,
        onProgress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(FileError) {
        let manifest = record?.manifest.flatMap { try? Manifest($0) }
        let facts = manifest.flatMap { try? ProvenanceFacts($0) }
        self = try OpenedWork.with(InputFile(path), onProgress: onProgress) {
            work throws(FileError) in
            try ComparedFile(work, path, record?.statement, facts, decoder)
        }
    }

    private init(
        _ work: OpenedWork, _ path: String, _ statement: Statement?, _ facts: ProvenanceFacts?,
        _ decoder: PictureDecoder
    ) throws(FileError) {
        self.path = path
        let isOther = statement.map { !$0.subjectDigests.contains(work.digest) } ?? false
        if isOther, let statement, let form = try work.envelope(of: statement.manifestDigest) {
            (digest, envelope, credentials) = (statement.manifestDigest, form, nil)
            (look, likeness) = (nil, nil)
            return
        }
        (digest, envelope) = (work.digest, nil)
        credentials = facts?.contentCredentials == nil ? nil : try work.credentials()
        guard isOther, let stated = facts?.perceptualHashes.comparable else {
            (look, likeness) = (nil, nil)
            return
        }
        look = try work.look(by: decoder)
        likeness = look?.hashes.flatMap { PictureLikeness($0.all, to: stated) }
    }
}
