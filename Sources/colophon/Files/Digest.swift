import Crypto
import Files
import Merkle
import Studio

/// What one pass over an artifact gives.
struct ArtifactFacts {
    let digest: Hash

    /// The first bytes, from which the kind of file is guessed.
    let start: [UInt8]

    /// Seconds since 1970 at the last change of the file.
    let modified: Int64
}

extension ArtifactFacts {
    /// Large enough that system calls cost nothing beside the hashing, small enough for
    /// the processor's cache.
    private static let chunkBytes = 1 << 20

    /// Reads `path` once, in constant memory, whatever its size.
    init(reading path: String, progress: Progress) throws(Failure) {
        let file = try InputFile.named(path)
        let size = file.status.size
        let modified = file.status.modified
        var hasher = SHA256()
        var start: [UInt8] = []
        var done: UInt64 = 0
        try file.forEachChunk(size: Self.chunkBytes, failing: Failure.init(reading:)) {
            chunk throws(Failure) in
            if start.isEmpty { start = Array(chunk.prefix(64)) }
            hasher.update(data: chunk)
            done += UInt64(chunk.count)
            progress.report("reading \(path)", done, of: size)
            return true
        }
        progress.clear()
        guard let digest = Hash(Array(hasher.finalize())) else {
            throw Failure.unreadable(path, "has no SHA-256")
        }
        self.init(digest: digest, start: start, modified: modified)
    }
}
