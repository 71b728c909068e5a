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
        var reader = FieldReader(try source.bytes(at: 4, count: 4), .little)
        let end = 8 + (try reader.number(4))
        guard end <= source.byteCount else { throw .outside }
        var found: [UInt8]?
        var place = startBytes
        for _ in 0..<PictureLimit.riffChunks {
            guard place < end else { return found }
            let head = try source.bytes(at: place, count: 8)
            var reader = FieldReader(head.dropFirst(4), .little)
            let length = try reader.number(4)
            if head.starts(with: "EXIF".utf8) {
                guard found == nil else { throw .twice("its EXIF blocks") }
                guard length <= PictureLimit.exifBytes else {
                    throw .tooMany("bytes of EXIF", limit: Int(PictureLimit.exifBytes))
                }
                let block = try source.bytes(at: place + 8, count: length)
                let mark = JPEGFile.exifMark
                found = block.starts(with: mark) ? Array(block.dropFirst(mark.count)) : block
            }
            // A chunk of an odd length is followed by one byte that fills.
            place += 8 + length + length % 2
        }
        throw .tooMany("chunks", limit: PictureLimit.riffChunks)
    }
}
