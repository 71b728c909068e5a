/// The chunks of a PNG (ISO/IEC 15948 §5).
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Returns the block of EXIF, chunk `eXIf`; nil where there is none.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        guard let chunk = try chunk("eXIf", in: source, saying: "its EXIF blocks") else {
            return nil
        }
        guard chunk.upperBound - chunk.lowerBound <= PictureLimit.exifBytes else {
            throw .tooMany("bytes of EXIF", limit: Int(PictureLimit.exifBytes))
        }
        try check(chunk, in: source, saying: "EXIF")
        return try source.bytes(at: chunk.lowerBound, count: chunk.upperBound - chunk.lowerBound)
    }

    /// Returns where the content of the only chunk of this type lies; nil where there is none.
    ///
    /// - Parameter what: what the file has two of where there are two, for the fault.
    static func chunk(
        _ wanted: String, in source: some PictureBytes, saying what: String
    ) throws(PictureFault) -> Range<UInt64>? {
        var found: Range<UInt64>?
        var place = UInt64(signature.count)
        for number in 0..<PictureLimit.chunks {
            let head = try source.bytes(at: place, count: 8)
            var reader = FieldReader(head)
            let length = try reader.number(4)
            let type = head.dropFirst(4)
            guard type.elementsEqual("IHDR".utf8) == (number == 0) else {
                throw .malformed("has another first chunk than IHDR, or two of that")
            }
            if type.elementsEqual("IEND".utf8) { return found }
            if type.elementsEqual(wanted.utf8) {
                guard found == nil else { throw .twice(what) }
                found = (place + 8)..<(place + 8 + length)
            }
            place += 12 + length
        }
        throw .tooMany("chunks", limit: PictureLimit.chunks)
    }

    /// Refuses a chunk whose checksum is wrong; reads it a part at a time.
    ///
    /// - Parameter what: what the chunk has, for the fault.
    static func check(
        _ chunk: Range<UInt64>, in source: some PictureBytes, saying what: String
    ) throws(PictureFault) {
        // The sum is over the type, too, which stands before the content.
        var (place, sum) = (chunk.lowerBound - 4, CRC32())
        while place < chunk.upperBound {
            let count = min(PictureLimit.partBytes, chunk.upperBound - place)
            sum.add(try source.bytes(at: place, count: count))
            place += count
        }
        var reader = FieldReader(try source.bytes(at: chunk.upperBound, count: 4))
        guard try reader.number(4) == UInt64(sum.value) else {
            throw .malformed("has \(what) with a wrong checksum")
        }
    }
}

/// The checksum of a chunk, CRC-32 (ISO/IEC 15948 §5.5 and annex D).
private struct CRC32 {
    private static let table = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in
            rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0)
        }
    }

    private var rest = UInt32.max

    var value: UInt32 { ~rest }

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            rest = rest >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
        }
    }
}
