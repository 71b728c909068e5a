/// The chunks of a WebP (RFC 9649 §2.3).
enum WebPFile {
    static func isBeginning(_ start: [UInt8]) -> Bool {
        start.count >= 12 && start.starts(with: "RIFF".utf8)
            && start[8..<12].elementsEqual("WEBP".utf8)
    }

    /// Returns where the content of the only chunk of this type lies; nil where there is none.
    static func chunk(
        _ wanted: String, in source: some PictureBytes
    ) throws(PictureFault) -> Range<UInt64>? {
        var reader = FieldReader(try source.bytes(at: 4, count: 4), .little)
        let end = 8 + (try reader.number(4))
        guard end <= source.byteCount else { throw .outside }
        var found: Range<UInt64>?
        var place: UInt64 = 12
        for _ in 0..<PictureLimit.chunks {
            guard place < end else { return found }
            let head = try source.bytes(at: place, count: 8)
            reader = FieldReader(head.dropFirst(4), .little)
            let length = try reader.number(4)
            guard length <= end - min(end, place + 8) else { throw .outside }
            if head.starts(with: wanted.utf8) {
                guard found == nil else { throw .twice(CredentialContainer.twice) }
                found = (place + 8)..<(place + 8 + length)
            }
            // A chunk of an odd length has a byte behind it that is no part of it.
            place += 8 + length + length % 2
        }
        throw .tooMany("chunks", limit: PictureLimit.chunks)
    }
}
