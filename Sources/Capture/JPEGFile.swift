/// The segments of a JPEG before its picture (ISO/IEC 10918-1, annex B).
enum JPEGFile {
    /// What stands before EXIF in its segment (CIPA DC-008).
    static let exifMark = Array("Exif\0\0".utf8)

    /// Returns the block of EXIF; nil where there is none.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        var found: [UInt8]?
        for segment in try segments(in: source) where segment.marker == 0xE1 {
            let (place, head) = (segment.content.lowerBound, UInt64(exifMark.count))
            let length = segment.content.upperBound - place
            guard length >= head, try source.bytes(at: place, count: head) == exifMark else {
                continue
            }
            guard found == nil else { throw .twice("its EXIF blocks") }
            found = try source.bytes(at: place + head, count: length - head)
        }
        return found
    }

    /// Returns the segments before the scan, in order.
    static func segments(in source: some PictureBytes) throws(PictureFault) -> [JPEGSegment] {
        var segments: [JPEGSegment] = []
        var place: UInt64 = 2
        for _ in 0..<PictureLimit.segments {
            let marker = try marker(in: source, &place)
            // The scan, or the end: what belongs to the file as a whole stands before.
            if marker == 0xDA || marker == 0xD9 { return segments }
            var reader = FieldReader(try source.bytes(at: place, count: 2))
            let length = try reader.number(2)
            guard length >= 2 else { throw .malformed("has a segment shorter than its length") }
            segments.append(
                JPEGSegment(marker: marker, content: (place + 2)..<(place + length)))
            place += length
        }
        throw .tooMany("segments", limit: PictureLimit.segments)
    }

    /// Reads a marker at `place`, with the bytes that fill before it.
    private static func marker(
        in source: some PictureBytes, _ place: inout UInt64
    ) throws(PictureFault) -> UInt8 {
        guard try source.bytes(at: place, count: 1) == [0xFF] else {
            throw .malformed("has something else where a segment of a JPEG begins")
        }
        for _ in 0..<PictureLimit.fillBytes {
            place += 1
            let byte = try source.bytes(at: place, count: 1)[0]
            guard byte == 0xFF else {
                place += 1
                guard byte >= 0xC0, !(0xD0...0xD8).contains(byte) else {
                    throw .malformed("has a marker that cannot stand before the picture")
                }
                return byte
            }
        }
        throw .tooMany("bytes that fill", limit: PictureLimit.fillBytes)
    }
}

/// A segment of a JPEG: its marker, and where its content lies.
struct JPEGSegment {
    let marker: UInt8
    let content: Range<UInt64>
}
