package import Files
package import Merkle

/// The file that keeps an index beside the store: a cache, made of the manifests.
///
///     head     128 bytes   name of the format (32), the ledger's genesis (32), the erasures that
///                          are applied (8), zeros (24), SHA-256 of these 96 bytes (32)
///     pieces               ``StoredPiece``, one behind the other, for entry 0 on without a gap
///
/// Pieces are appended and synced. An erased row is overwritten where it stands, with its piece's
/// checksum, and synced; then the head says that the erasure is applied. A crash leaves a piece
/// that is cut or has a wrong checksum, or a head that lacks an erasure: the file counts up to
/// there in the first case and not at all in the second, and what is missing is read from the
/// manifests.
///
/// Not trusted: who can change this file can hide a picture from a search, and nothing else. Each
/// row is compared with its manifest before it goes into an answer.
package final class SimilarFile {
    /// The name of the format, which a new one changes.
    private static let format = Array("colophon similar 1\n".utf8)

    private static let headByteCount = 128

    private let slots: SlotFile
    private let tail: AppendFile

    /// The first byte of each piece, and behind the last one where the file ends.
    private var starts: [UInt64]

    /// The ledger's genesis, which the head names.
    private let genesis: Hash

    private init(_ place: Place, _ genesis: Hash, starts: [UInt64]) throws(FileError) {
        slots = try SlotFile(place.name, in: place.folder)
        tail = try AppendFile(place.name, in: place.folder)
        self.genesis = genesis
        self.starts = starts
    }

    /// The place of the file at `path`, in a folder that nobody else may change.
    package static func place(_ path: String) throws(FileError) -> Place {
        try Ownership.requireOwnParents(of: path)
        return try Place(path)
    }

    /// Makes the file anew in the place of one that is there, without pieces.
    ///
    /// - Parameter erasures: erasures below this index of the log are applied.
    package static func make(
        at place: Place, of genesis: Hash, erasures: UInt64
    ) throws(FileError) -> SimilarFile {
        try place.folder.write(
            head(genesis, erasures), to: place.name, .replacing(.secret))
        return try SimilarFile(place, genesis, starts: [UInt64(headByteCount)])
    }

    /// Reads the file, a piece at a time, until `take` returns false.
    ///
    /// - Returns: the file, to go on behind the last piece; nil where it is not there, or not this
    ///   ledger's with these erasures. `flaw` gets the reason where it is there and not all of it
    ///   counts: it must be made anew then.
    package static func read(
        _ place: Place, of genesis: Hash, erasures: UInt64,
        _ take: (StoredPiece) -> Bool, flaw: (String) -> Void
    ) throws(FileError) -> SimilarFile? {
        guard try place.status != nil else { return nil }
        let file = try place.folder.file(place.name)
        try file.requireOwn(isSecret: false)
        guard try file.bytes(at: 0, count: headByteCount) == head(genesis, erasures) else {
            flaw("it is another ledger's, of another version, or lacks an erasure")
            return nil
        }
        var starts = [UInt64(headByteCount)]
        while let start = starts.last, start < file.status.size {
            let first = UInt64(starts.count - 1) * SimilarityLimit.pieceEntries
            guard let (stored, count) = try piece(first, at: start, of: file) else {
                flaw("it is cut or damaged behind entry \(first)")
                return nil
            }
            starts.append(start + UInt64(count))
            guard take(stored) else { return nil }
        }
        return try SimilarFile(place, genesis, starts: starts)
    }

    private static func piece(
        _ first: UInt64, at start: UInt64, of file: borrowing InputFile
    ) throws(FileError) -> (StoredPiece, byteCount: Int)? {
        let head = try file.bytes(at: start, count: StoredPiece.headByteCount)
        guard let rows = StoredPiece.rowCount(inHead: head, first: first) else { return nil }
        let count = StoredPiece.byteCount(rows: rows)
        let bytes = try file.bytes(
            at: start + UInt64(StoredPiece.headByteCount), count: count - head.count)
        return StoredPiece(head: head, rows: bytes, first: first).map { ($0, count) }
    }

    /// Appends the piece behind the last one, and waits until it is on the disk.
    package func append(_ stored: StoredPiece) throws(FileError) {
        precondition(
            stored.piece.first == UInt64(starts.count - 1) * SimilarityLimit.pieceEntries,
            "pieces are stored without a gap")
        guard let end = starts.last else { preconditionFailure("a file has an end") }
        let bytes = stored.bytes
        try tail.append(bytes, at: Int(end))
        starts.append(end + UInt64(bytes.count))
    }

    /// Writes a piece anew where it stands, as long as it was, and waits until it is on the disk.
    package func overwrite(_ stored: StoredPiece) throws(FileError) {
        let number = Int(stored.piece.first / SimilarityLimit.pieceEntries)
        let bytes = stored.bytes
        precondition(
            number + 1 < starts.count && starts[number + 1] - starts[number] == bytes.count,
            "a piece that is written anew keeps its place and its length")
        try slots.write(bytes, at: Int(starts[number]))
    }

    /// Says that the erasures below an index of the log are applied, and waits until that is on the
    /// disk.
    package func apply(erasures: UInt64) throws(FileError) {
        try slots.write(Self.head(genesis, erasures), at: 0)
    }

    private static func head(_ genesis: Hash, _ erasures: UInt64) -> [UInt8] {
        var head = format + Array(repeating: 0, count: 32 - format.count)
        head += genesis.bytes
        head.append(bigEndian: erasures)
        head += Array(repeating: 0, count: 24)
        return head + Hash.sha256(head).bytes
    }
}
