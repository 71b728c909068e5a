import Encoding
import Files
import Merkle

/// The control statements of a log, as they were found among its leaves.
///
///     index    8 bytes   big-endian
///     length   8 bytes   of the leaf, big-endian
///     leaf
///
/// The registry is folded from them when an audit goes on. They were proven when they were read;
/// so that a disk's error does not convict a ledger, the state has a digest over all of them:
/// SHA-256(digest before || index || length || leaf), from zero on.
struct ControlFile: ~Copyable, Sendable {
    static let name = "controls"

    private let folder: Folder
    private var file: OutputFile
    private var pending: [UInt8] = []

    /// Over all records, those that are not written yet included.
    private(set) var digest: Hash

    /// Over the records that are on the disk.
    private var writtenDigest: Hash

    /// Bytes that wait for the next commit until one is due: hardly any log has as many in all.
    static let pendingByteLimit = 4 << 20

    /// Whether memory is used up.
    var isFull: Bool { pending.count >= Self.pendingByteLimit }

    /// Bytes of all records, those that are not written yet included.
    var byteCount: UInt64 { file.byteCount + UInt64(pending.count) }

    /// Opens the file as far as a state names it.
    init(in folder: Folder, keeping count: UInt64, digest: Hash) throws(FileError) {
        self.folder = folder
        file = try OutputFile(appendingTo: Self.name, in: folder, keeping: count)
        (self.digest, writtenDigest) = (digest, digest)
    }

    /// Adds a leaf; it is on the disk once ``flush()`` returns.
    mutating func append(_ leaf: [UInt8], at index: UInt64) {
        let start = pending.count
        pending.append(word: index)
        pending.append(word: UInt64(leaf.count))
        pending += leaf
        digest = Hash.sha256(digest.bytes + pending[start...])
    }

    /// Waits until all that was added is on the disk.
    mutating func flush() throws(FileError) {
        guard !pending.isEmpty else { return }
        try file.write(pending)
        try file.synchronize()
        (pending, writtenDigest) = ([], digest)
    }

    /// Reads the statements that are on the disk.
    var reader: ControlReader {
        ControlReader(in: folder, byteCount: file.byteCount, digest: writtenDigest)
    }
}
