package import Merkle

/// A piece of the index as its file has it.
///
///     first       8   index of the piece's first entry
///     rows        8   number of rows
///     root       32   root of the tree that ends with the piece
///     checksum   32   SHA-256 of what is before and behind it in the piece
///     places      2   of each row: the entry's place in the piece; 65,535 is erased
///     hashes     32   of each row: the hash, its highest bit first
///
/// Integers are big-endian. The checksum finds rot and cut writes; it is no signature.
package struct StoredPiece: Hashable, Sendable {
    /// The rows.
    package var piece: HashPiece

    /// The root of the tree whose last entry is the piece's last one.
    package let root: Hash

    /// Creates a piece that is to be stored.
    package init(_ piece: HashPiece, root: Hash) {
        self.piece = piece
        self.root = root
    }

    /// Bytes before the rows.
    static let headByteCount = 80

    /// Bytes of a row.
    private static let rowByteCount = 34

    /// Bytes of a piece of so many rows.
    static func byteCount(rows: Int) -> Int { headByteCount + rows * rowByteCount }

    /// The piece's bytes.
    package var bytes: [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(piece.rowCount * Self.rowByteCount)
        for place in piece.places { rows.append(bigEndian: place) }
        for row in 0..<piece.rowCount {
            for word in (0..<4).reversed() { rows.append(bigEndian: piece.words[4 * row + word]) }
        }
        var head: [UInt8] = []
        head.append(bigEndian: piece.first)
        head.append(bigEndian: UInt64(piece.rowCount))
        head += root.bytes
        return head + Hash.sha256(head + rows).bytes + rows
    }

    /// Reads the number of rows in the head of the piece that begins with entry `first`; nil where
    /// it is the head of no such piece.
    static func rowCount(inHead head: [UInt8], first: UInt64) -> Int? {
        guard head.count == headByteCount, UInt64(bigEndian: head[..<8]) == first,
            let rows = UInt64(bigEndian: head[8..<16]), rows <= SimilarityLimit.pieceEntries
        else { return nil }
        return Int(rows)
    }

    /// Reads a whole piece; nil where its checksum is another, or its rows are no piece's.
    init?(head: [UInt8], rows: [UInt8], first: UInt64) {
        guard let count = Self.rowCount(inHead: head, first: first),
            rows.count == count * Self.rowByteCount, let root = Hash(head[16..<48]),
            Hash.sha256(head[..<48] + rows).bytes == Array(head[48...])
        else { return nil }
        var places: [UInt16] = []
        places.reserveCapacity(count)
        for row in 0..<count {
            places.append(UInt16(rows[2 * row]) << 8 | UInt16(rows[2 * row + 1]))
        }
        var words: [UInt64] = []
        words.reserveCapacity(4 * count)
        for row in 0..<count {
            let start = 2 * count + 32 * row
            for word in (0..<4).reversed() {
                var value: UInt64 = 0
                for byte in rows[start + 8 * word..<start + 8 * word + 8] {
                    value = value << 8 | UInt64(byte)
                }
                words.append(value)
            }
        }
        guard let piece = HashPiece(first: first, places: places, words: words) else { return nil }
        self.init(piece, root: root)
    }
}

extension [UInt8] {
    /// Appends an integer, its highest byte first.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

extension UInt64 {
    /// Reads 8 bytes, the highest first; nil for another number of them.
    init?(bigEndian bytes: ArraySlice<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
