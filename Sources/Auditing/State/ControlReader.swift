import Files
import Merkle

/// Reads the control statements of a state, as far as it names them (``ControlFile``).
struct ControlReader {
    /// Most bytes of a leaf in a bundle: its length has two bytes there.
    private static let leafLimit = 65_535

    private static let headByteCount = 16

    private let folder: Folder
    private let byteCount: UInt64
    private let digest: Hash

    init(in folder: Folder, byteCount: UInt64, digest: Hash) {
        (self.folder, self.byteCount, self.digest) = (folder, byteCount, digest)
    }

    /// Calls `body` with each statement, in the order of the log; all of them are checked first.
    func forEach(_ body: (_ index: UInt64, _ leaf: [UInt8]) -> Void) throws(AuditStateError) {
        var chain = Hash.zero
        try read { head, leaf in chain = Hash.sha256(chain.bytes + head + leaf) }
        guard chain == digest else {
            throw .damaged(
                path: folder.path(of: ControlFile.name), rule: "is not what was written")
        }
        try read { head, leaf in
            if head.count == Self.headByteCount { body(head.span.word(at: 0), leaf) }
        }
    }

    private func read(_ body: ([UInt8], [UInt8]) -> Void) throws(AuditStateError) {
        do throws(FileError) {
            guard byteCount > 0 else { return }
            let input = try folder.file(ControlFile.name)
            var offset: UInt64 = 0
            while offset < byteCount {
                let head = try input.bytes(at: offset, count: Self.headByteCount)
                let length = head.count == Self.headByteCount ? head.span.word(at: 8) : 0
                // Where it is damaged the digest tells; nothing longer is read.
                let count = min(Int(clamping: length), Self.leafLimit)
                let start = offset + UInt64(Self.headByteCount)
                body(head, try input.bytes(at: start, count: count))
                offset += UInt64(Self.headByteCount + count)
            }
        } catch {
            throw .file(error)
        }
    }
}
