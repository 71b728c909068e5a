/// The chunks of a PNG (ISO/IEC 15948 §5).
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Returns the block of EXIF, chunk `eXIf`; nil where there is none.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        var found: [UInt8]?
        var place = UInt64(signature.count)
        for number in 0..<PictureLimit.chunks {
            let head = try source.bytes(at: place, count: 8)
            var reader = FieldReader(head)
            let length = try reader.number(4)
            let type = Array(head.dropFirst(4))
            guard (type == Array("IHDR".utf8)) == (number == 0) else {
                throw .malformed("has another first chunk than IHDR, or two of that")
            }
            if type == Array("IEND".utf8) { return found }
            if type == Array("eXIf".utf8) {
                guard found == nil else { throw .twice("its EXIF blocks") }
                found = try content(of: source, at: place, length)
            }
            place += 12 + length
        }
        throw .tooMany("chunks", limit: PictureLimit.chunks)
    }

    /// Returns the content of a chunk whose checksum is right.
    private static func content(
        of source: some PictureBytes, at place: UInt64, _ length: UInt64
    ) throws(PictureFault) -> [UInt8] {
        guard length <= PictureLimit.exifBytes else {
            throw .tooMany("bytes of EXIF", limit: Int(PictureLimit.exifBytes))
        }
        let chunk = try source.bytes(at: place + 4, count: 4 + length + 4)
        var reader = FieldReader(chunk.suffix(4))
        guard try reader.number(4) == UInt64(checksum(chunk.dropLast(4))) else {
            throw .malformed("has EXIF with a wrong checksum")
        }
        return Array(chunk.dropFirst(4).dropLast(4))
    }

    /// CRC-32 of type and content (ISO/IEC 15948 §5.5), bit by bit: one small chunk a file.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
                rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
    }
}
