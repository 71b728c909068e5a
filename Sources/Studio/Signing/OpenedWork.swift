import Capture
import Crypto
import Files
import Manifests
import Merkle

/// A work that is open: its digest, and whatever else is asked of it, are of the same bytes.
struct OpenedWork {
    /// SHA-256 of its bytes.
    let digest: Hash

    /// Its first bytes, from which its type is guessed.
    let start: [UInt8]

    private let file: PictureFile

    /// Large enough that system calls cost nothing beside the hashing, small enough for
    /// the processor's cache.
    private static let chunkBytes = 1 << 20

    /// First bytes from which the media type is guessed: more than any magic number has.
    private static let startBytes = 64

    /// Hashes an open file, and returns what `body` makes of it; refuses a file that is changed
    /// before `body` is done.
    ///
    /// - Parameter onProgress: is told how many bytes of how many are read.
    static func with<Value>(
        _ file: consuming InputFile,
        onProgress: (_ done: UInt64, _ total: UInt64) -> Void,
        _ body: (OpenedWork) throws(FileError) -> Value
    ) throws(FileError) -> Value {
        try PictureFile.with(file) { file throws(FileError) in
            try body(OpenedWork(file, onProgress))
        }
    }

    private init(
        _ file: PictureFile, _ onProgress: (_ done: UInt64, _ total: UInt64) -> Void
    ) throws(FileError) {
        var hasher = SHA256()
        var start: [UInt8] = []
        var done: UInt64 = 0
        try file.forEachChunk(size: Self.chunkBytes) { chunk throws(FileError) in
            if start.isEmpty { start = Array(chunk.prefix(Self.startBytes)) }
            hasher.update(data: chunk)
            done += UInt64(chunk.count)
            onProgress(done, file.byteCount)
        }
        guard let digest = Hash(Array(hasher.finalize())) else {
            preconditionFailure("a SHA-256 is as long as a hash of a tree")
        }
        (self.digest, self.start, self.file) = (digest, start, file)
    }

    /// Seconds since 1970 at its last change.
    var modified: Int64 { file.modified }

    /// What it says of time and place; nil for a pipe, of which nothing can be read twice.
    func picture() throws(FileError) -> Picture? {
        file.isOrdinary ? try file.read { Picture($0) } : nil
    }

    /// What it looks like; nil where it is no picture.
    func look(by decoder: PictureDecoder) throws(FileError) -> PictureLook? {
        PictureFormat(start: start) == nil ? nil : try decoder.look(at: file)
    }

    /// The Content Credentials that it carries, or why none are named.
    func credentials() throws(FileError) -> Result<
        ProvenanceFacts.ContentCredentials, NoCredentials
    > {
        file.isOrdinary
            ? try file.read { CarriedCredentials.look(into: $0) } : .failure(.notLookedFor)
    }

    /// What it is around the manifest with this digest; nil where it is anything else, or is a
    /// pipe.
    func envelope(of manifest: Hash) throws(FileError) -> StatementEnvelope.Form? {
        guard file.isOrdinary, file.byteCount <= UInt64(StatementEnvelope.byteLimit) else {
            return nil
        }
        let bytes = try file.read { file throws(PictureFault) in
            try file.read(at: 0, count: Int(file.byteCount))
        }
        guard let envelope = try? StatementEnvelope(bytes), envelope.payloadDigest == manifest
        else { return nil }
        return envelope.form
    }
}
