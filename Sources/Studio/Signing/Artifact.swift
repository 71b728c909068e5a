package import Capture
import Crypto
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
    /// Large enough that system calls cost nothing beside the hashing, small enough for
    /// the processor's cache.
    private static let chunkBytes = 1 << 20

    /// First bytes from which the media type is guessed: more than any magic number has.
    private static let startBytes = 64

    /// Reads the file at `path` once, in constant memory for every size.
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
        let size = file.status.size
        let modified = file.status.modified
        var hasher = SHA256()
        var start: [UInt8] = []
        var done: UInt64 = 0
        try file.forEachChunk(size: Self.chunkBytes, failing: { $0 }) {
            chunk throws(FileError) in
            if start.isEmpty { start = Array(chunk.prefix(Self.startBytes)) }
            hasher.update(data: chunk)
            done += UInt64(chunk.count)
            onProgress(done, size)
            return true
        }
        guard let digest = Hash(Array(hasher.finalize())) else {
            preconditionFailure("a SHA-256 is as long as a hash of a tree")
        }
        let isPicture = PictureFormat(start: start) != nil
        let source = PictureFile(file)
        self.init(
            name: Text(Place.split(path)?.name ?? path), digest: digest,
            mediaType: Text(MediaTypeGuess.guess(name: path, start: start)), modified: modified,
            picture: looksInside && source.isOrdinary ? try source.read { Picture($0) } : nil,
            look: isPicture ? try decoder?.look(at: source) : nil,
            credentials: looksInside && source.isOrdinary
                ? try source.read { CarriedCredentials.look(into: $0) } : .failure(.notLookedFor))
    }
}
