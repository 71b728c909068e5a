import Files
import Merkle
import Provenance

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

    /// The place before entry `size` of the log whose genesis this is: the statements are folded as
    /// they are read, for all of them together may be more than memory holds.
    func place(
        before size: UInt64, of genesis: EntryID
    ) throws(AuditStateError) -> ReplayPlace {
        guard let place = try places(before: [size], of: genesis).first else {
            preconditionFailure("there is a place before each index")
        }
        return place
    }

    /// The places before entries with these indexes, which rise.
    func places(
        before indexes: [UInt64], of genesis: EntryID
    ) throws(AuditStateError) -> [ReplayPlace] {
        var place = ReplayPlace(beginningOf: genesis)
        var places: [ReplayPlace] = []
        try forEach { index, leaf throws(AuditStateError) in
            while places.count < indexes.count, indexes[places.count] <= index {
                place.goOn(at: indexes[places.count])
                places.append(place)
            }
            guard places.count < indexes.count else { return }
            do throws(ReplayError) {
                try place.fold(kept: leaf, at: index)
            } catch {
                throw .damaged(path: folder.path(of: ControlFile.name), rule: "\(error)")
            }
        }
        while places.count < indexes.count {
            place.goOn(at: indexes[places.count])
            places.append(place)
        }
        return places
    }

    /// Calls `body` with each statement, in the order of the log; all of them are checked first.
    func forEach(
        _ body: (_ index: UInt64, _ leaf: [UInt8]) throws(AuditStateError) -> Void
    ) throws(AuditStateError) {
        var chain = Hash.zero
        try read { head, leaf throws(AuditStateError) in
            chain = Hash.sha256(chain.bytes + head + leaf)
        }
        guard chain == digest else {
            throw .damaged(
                path: folder.path(of: ControlFile.name), rule: "is not what was written")
        }
        try read { head, leaf throws(AuditStateError) in
            if head.count == Self.headByteCount { try body(head.span.word(at: 0), leaf) }
        }
    }

    private func read(
        _ body: ([UInt8], [UInt8]) throws(AuditStateError) -> Void
    ) throws(AuditStateError) {
        guard byteCount > 0 else { return }
        let input = try reading { () throws(FileError) in try folder.file(ControlFile.name) }
        var offset: UInt64 = 0
        while offset < byteCount {
            let (head, leaf) = try reading { () throws(FileError) in
                try Self.record(in: input, at: offset)
            }
            try body(head, leaf)
            offset += UInt64(Self.headByteCount + leaf.count)
        }
    }

    private static func record(
        in input: borrowing InputFile, at offset: UInt64
    ) throws(FileError) -> (head: [UInt8], leaf: [UInt8]) {
        let head = try input.bytes(at: offset, count: headByteCount)
        let length = head.count == headByteCount ? head.span.word(at: 8) : 0
        // Where it is damaged the digest tells; nothing longer is read.
        let count = min(Int(clamping: length), leafLimit)
        return (head, try input.bytes(at: offset + UInt64(headByteCount), count: count))
    }

    private func reading<Value: ~Copyable>(
        _ body: () throws(FileError) -> Value
    ) throws(AuditStateError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}
