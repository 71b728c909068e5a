/// The chunks of a PNG (ISO/IEC 15948 §5).
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A kind of chunk that is looked for, of which a file has at most one.
    struct Wanted {
        let type: String
        let limit: UInt64

        /// What is in one, and what a file with two of them has, in the words of faults.
        let content: String
        let two: String

        static let exif = Wanted(
            type: "eXIf", limit: PictureLimit.exifBytes, content: "EXIF", two: "its EXIF blocks")
        static let credentials = Wanted(
            type: "caBX", limit: PictureLimit.storeBytes, content: "a C2PA manifest store",
            two: "its C2PA manifest stores")
    }

    /// Returns the block of EXIF; nil where there is none.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        guard let place = try content(of: .exif, in: source) else { return nil }
        return try source.bytes(at: place.lowerBound, count: place.upperBound - place.lowerBound)
    }

    /// Returns where the content of the only chunk of a kind lies, whose checksum is right; nil
    /// where there is none.
    static func content(
        of wanted: Wanted, in source: some PictureBytes
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
            if type.elementsEqual(wanted.type.utf8) {
                guard found == nil else { throw .twice(wanted.two) }
                guard length <= wanted.limit else {
                    throw .tooMany("bytes of \(wanted.content)", limit: Int(wanted.limit))
                }
                let content = (place + 8)..<(place + 8 + length)
                guard try hasRightChecksum(content, in: source) else {
                    throw .malformed("has \(wanted.content) with a wrong checksum")
                }
                found = content
            }
            place += 12 + length
        }
        throw .tooMany("chunks", limit: PictureLimit.chunks)
    }

    /// Says whether the checksum behind a chunk's content is right; reads a part at a time.
    private static func hasRightChecksum(
        _ content: Range<UInt64>, in source: some PictureBytes
    ) throws(PictureFault) -> Bool {
        // The sum is over the type, too, which stands before the content.
        var (place, sum) = (content.lowerBound - 4, CRC32())
        while place < content.upperBound {
            let count = min(PictureLimit.partBytes, content.upperBound - place)
            sum.add(try source.bytes(at: place, count: count))
            place += count
        }
        var reader = FieldReader(try source.bytes(at: content.upperBound, count: 4))
        return try reader.number(4) == UInt64(sum.value)
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
