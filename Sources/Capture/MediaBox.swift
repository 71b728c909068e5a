/// A box of a file that is made of boxes: ISO base media and JUMBF (ISO/IEC 14496-12 §4.2).
///
///     size      4 bytes, big-endian; 1: in 8 bytes behind the type; 0: up to the end
///     type      4 bytes
///     content
struct MediaBox {
    /// The four bytes of its type.
    let type: [UInt8]

    /// Where its content lies.
    let content: Range<UInt64>

    /// Where it lies with its head.
    let whole: Range<UInt64>

    /// Whether it says that it ends where what it is in ends, instead of a size.
    let isOpen: Bool

    func isOf(type: String) -> Bool { self.type.elementsEqual(type.utf8) }

    /// Returns the boxes that lie side by side in a part of a file, at most `limit` of them.
    static func boxes(
        in source: some PictureBytes, _ range: Range<UInt64>, limit: Int
    ) throws(PictureFault) -> [MediaBox] {
        var boxes: [MediaBox] = []
        var place = range.lowerBound
        while place < range.upperBound {
            guard boxes.count < limit else { throw .tooMany("boxes", limit: limit) }
            let box = try head(in: source, at: place, before: range.upperBound)
            boxes.append(box)
            place = box.whole.upperBound
        }
        return boxes
    }

    /// Reads the head of the box at `place`, which ends at `end` or before.
    static func head(
        in source: some PictureBytes, at place: UInt64, before end: UInt64
    ) throws(PictureFault) -> MediaBox {
        let head = try source.bytes(at: place, count: 8)
        var reader = FieldReader(head)
        var (size, headSize): (UInt64, UInt64) = (try reader.number(4), 8)
        let isOpen = size == 0
        if size == 1 {
            reader = FieldReader(try source.bytes(at: place + 8, count: 8))
            (size, headSize) = (try reader.number(8), 16)
        } else if isOpen {
            size = end - min(end, place)
        }
        guard size >= headSize, size <= end - min(end, place) else { throw .outside }
        return MediaBox(
            type: Array(head.dropFirst(4)), content: (place + headSize)..<(place + size),
            whole: place..<(place + size), isOpen: isOpen)
    }
}
