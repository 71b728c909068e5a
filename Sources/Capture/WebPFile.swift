/// The chunks of a WebP file (RFC 9649 §2).
enum WebPFile {
    static let startBytes: UInt64 = 12

    /// Whether these bytes begin such a file.
    static func begins(with start: [UInt8]) -> Bool {
        start.count >= 12 && start.starts(with: "RIFF".utf8)
            && start[8..<12].elementsEqual("WEBP".utf8)
    }

    /// Returns the block of EXIF, the chunk `EXIF`; nil where there is none.
    ///
    /// Some writers begin it as in a JPEG.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        guard let place = try chunk("EXIF", in: source, saying: "its EXIF blocks") else {
            return nil
        }
        let length = place.upperBound - place.lowerBound
        guard length <= PictureLimit.exifBytes else {
            throw .tooMany("bytes of EXIF", limit: Int(PictureLimit.exifBytes))
        }
        let block = try source.bytes(at: place.lowerBound, count: length)
        let mark = JPEGFile.exifMark
        return block.starts(with: mark) ? Array(block.dropFirst(mark.count)) : block
    }

    /// Returns where the content of the only chunk of this type lies; nil where there is none.
    ///
    /// - Parameter two: what a file with two of them has, in the words of a fault.
    static func chunk(
        _ wanted: String, in source: some PictureBytes, saying two: String
    ) throws(PictureFault) -> Range<UInt64>? {
        var reader = FieldReader(try source.bytes(at: 4, count: 4), .little)
        let end = 8 + (try reader.number(4))
        guard end <= source.byteCount else { throw .outside }
        var found: Range<UInt64>?
        var place = startBytes
        for _ in 0..<PictureLimit.riffChunks {
            guard place < end else { return found }
            let head = try source.bytes(at: place, count: 8)
            reader = FieldReader(head.dropFirst(4), .little)
            let length = try reader.number(4)
            guard length <= end - min(end, place + 8) else { throw .outside }
            if head.starts(with: wanted.utf8) {
                guard found == nil else { throw .twice(two) }
                found = (place + 8)..<(place + 8 + length)
            }
            // A chunk of an odd length is followed by one byte that fills.
            place += 8 + length + length % 2
        }
        throw .tooMany("chunks", limit: PictureLimit.riffChunks)
    }
}
