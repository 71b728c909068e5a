package import Capture
package import Encoding
package import Files
package import Manifests
package import Merkle

/// The file of an artifact, as a manifest names it.
package struct Artifact: Hashable, Sendable {
    /// The name of the file, without its folders.
    package let name: Text

    /// SHA-256 of its bytes.
    package let digest: Hash

    /// The media type of the file.
    package let mediaType: Text

    /// Seconds since 1970 at the last change of the file; nil where no file was looked at.
    package let modified: Int64?

    /// What the file says of time and place; nil where nobody looked inside.
    package let picture: Picture?

    /// What it looks like; nil where nobody asked, or it is no picture.
    package let look: PictureLook?

    /// The Content Credentials that it carries, or why none are named.
    package let credentials: Result<ProvenanceFacts.ContentCredentials, NoCredentials>

    /// Creates an artifact from the facts of a file that was read elsewhere.
    package init(
        name: Text, digest: Hash, mediaType: Text, modified: Int64? = nil, picture: Picture? = nil,
        look: PictureLook? = nil,
        credentials: Result<ProvenanceFacts.ContentCredentials, NoCredentials> =
            .failure(.notLookedFor)
    ) {
        self.name = name
        self.digest = digest
        self.mediaType = mediaType
        self.modified = modified
        self.picture = picture
        self.look = look
        self.credentials = credentials
    }

    var subject: Subject { Subject(name: name, digest: digest, mediaType: mediaType) }
}

extension Artifact {
    /// Reads the file at `path`, in constant memory for every size.
    ///
    /// What its facts say is of the same bytes as its digest: a file that is changed while it is
    /// read is refused.
    ///
    /// - Parameters:
    ///   - looksInside: whether the file is asked for time, place and Content Credentials too.
    ///   - decoder: what computes the perceptual hash of a picture; nil where none is wanted.
    ///   - onProgress: is told how many bytes of how many are read.
    package init(
        reading path: String, looksInside: Bool = false, decoder: PictureDecoder? = nil,
        onProgress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(FileError) {
        try self.init(
            reading: InputFile(path), named: path, looksInside: looksInside, decoder: decoder,
            onProgress: onProgress)
    }

    /// The same of a file that is open; `path` is how it is named.
    init(
        reading file: consuming InputFile, named path: String, looksInside: Bool,
        decoder: PictureDecoder?,
        onProgress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(FileError) {
        self = try OpenedWork.with(file, onProgress: onProgress) { work throws(FileError) in
            Artifact(
                name: Text(Place.split(path)?.name ?? path), digest: work.digest,
                mediaType: Text(MediaTypeGuess.guess(name: path, start: work.start)),
                modified: work.modified,
                picture: looksInside ? try work.picture() : nil,
                look: try decoder.flatMap { decoder throws(FileError) in
                    try work.look(by: decoder)
                },
                credentials: looksInside ? try work.credentials() : .failure(.notLookedFor))
        }
    }
}
