/// The boxes of a JPEG in its segments APP11, where one box may stand in several
/// (ISO/IEC 18477-3 annex B).
///
///     CI        2 bytes   "JP"
///     En        2 bytes   which box of its type it is
///     Z         4 bytes   which piece of the box, from 1 on
///     size      4 bytes   of the whole box, with its head; 1: in 8 bytes behind the type
///     type      4 bytes   size and type stand in each piece
///     content             of the box, a piece of it
enum JPEGBoxes {
    /// A superbox of JUMBF, of which some pieces were found.
    private struct Superbox {
        /// The size of the whole, and of its head.
        let size: UInt64
        let headSize: UInt64

        /// Where the pieces lie, by their numbers; the first with the head.
        var pieces: [UInt64: Range<UInt64>] = [:]
    }

    /// Returns where the C2PA manifest store lies, in pieces; nil where there is none.
    static func store(in source: some PictureBytes) throws(PictureFault) -> [Range<UInt64>]? {
        var found: [Range<UInt64>]?
        for box in try superboxes(in: source) {
            let pieces = try pieces(of: box)
            guard try JUMBFStore.isStore(PiecedBytes(source, pieces)) else { continue }
            guard found == nil else { throw .twice(CredentialContainer.twice) }
            found = pieces
        }
        return found
    }

    /// Collects the pieces of each superbox, by the numbers of the boxes.
    private static func superboxes(
        in source: some PictureBytes
    ) throws(PictureFault) -> [Superbox] {
        var boxes: [UInt64: Superbox] = [:]
        for segment in try JPEGFile.segments(in: source) where segment.marker == 0xEB {
            let place = segment.content.lowerBound
            let length = segment.content.upperBound - place
            let head = try source.bytes(at: place, count: min(length, 24))
            guard head.starts(with: "JP".utf8) else { continue }
            var reader = FieldReader(head.dropFirst(2))
            let (box, piece) = (try reader.number(2), try reader.number(4))
            var (size, headSize): (UInt64, UInt64) = (try reader.number(4), 8)
            guard try reader.take(4).elementsEqual("jumb".utf8) else { continue }
            if size == 1 { (size, headSize) = (try reader.number(8), 16) }
            var all = boxes[box] ?? Superbox(size: size, headSize: headSize)
            guard all.size == size, all.headSize == headSize else {
                throw .malformed("has pieces of one box that differ in its size")
            }
            guard all.pieces[piece] == nil else { throw .twice("a piece of a box") }
            let start = place + 8 + (piece == 1 ? 0 : headSize)
            all.pieces[piece] = start..<segment.content.upperBound
            boxes[box] = all
        }
        return boxes.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Returns the pieces of a box in their order, none of which is missing.
    private static func pieces(of box: Superbox) throws(PictureFault) -> [Range<UInt64>] {
        let pieces = box.pieces.sorted { $0.key < $1.key }
        let byteCount = pieces.reduce(0) { $0 + ($1.value.upperBound - $1.value.lowerBound) }
        guard pieces.first?.key == 1, pieces.last?.key == UInt64(pieces.count),
            byteCount == box.size
        else { throw .malformed("lacks a piece of a box, or has more than the box") }
        return pieces.map(\.value)
    }
}
