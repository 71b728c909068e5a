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

    /// Most bytes of a leaf in a bundle: its length has two bytes there.
    private static let leafLimit = 65_535

    private static let headByteCount = 16

    private let folder: Folder
    private var file: OutputFile
    private var pending: [UInt8] = []

    /// Over all records, those that are not written yet included.
    private(set) var digest: Hash

    /// Bytes of all records, those that are not written yet included.
    var byteCount: UInt64 { file.byteCount + UInt64(pending.count) }

    /// Opens the file as far as a state names it.
    init(in folder: Folder, keeping count: UInt64, digest: Hash) throws(FileError) {
        self.folder = folder
        file = try OutputFile(appendingTo: Self.name, in: folder, keeping: count)
        self.digest = digest
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
        pending = []
    }

    /// Calls `body` with each statement that is on the disk, in the order of the log; all of them
    /// are checked first.
    func forEach(_ body: (_ index: UInt64, _ leaf: [UInt8]) -> Void) throws(AuditStateError) {
        var chain = Hash.zero
        try reading { head, leaf in chain = Hash.sha256(chain.bytes + head + leaf) }
        guard chain == digest else {
            throw .damaged(path: file.path, rule: "is not what was written")
        }
        try reading { head, leaf in
            if head.count == Self.headByteCount { body(head.span.word(at: 0), leaf) }
        }
    }

    private func reading(_ body: ([UInt8], [UInt8]) -> Void) throws(AuditStateError) {
        do throws(FileError) {
            try read(body)
        } catch {
            throw .file(error)
        }
    }

    private func read(_ body: ([UInt8], [UInt8]) -> Void) throws(FileError) {
        let input = try folder.file(Self.name)
        var offset: UInt64 = 0
        while offset < file.byteCount {
            let head = try input.bytes(at: offset, count: Self.headByteCount)
            let length = head.count == Self.headByteCount ? head.span.word(at: 8) : 0
            // Where it is damaged the digest tells; nothing longer is read.
            let count = min(Int(clamping: length), Self.leafLimit)
            body(head, try input.bytes(at: offset + UInt64(Self.headByteCount), count: count))
            offset += UInt64(Self.headByteCount + count)
        }
    }
}
