/// Makes pictures byte by byte: no more of them than a reader of their times looks at.
package enum TestPicture {
    /// What a block of EXIF says; nil for what it does not say.
    package struct Exif {
        package var original: String?
        package var offset: String?
        package var date: String?
        package var time: [(UInt64, UInt64)]?

        /// Other entries: of the first directory, of EXIF, of GPS.
        package var others: ([TestTIFF.Entry], [TestTIFF.Entry], [TestTIFF.Entry]) = ([], [], [])

        package init(
            original: String? = nil, offset: String? = nil, date: String? = nil,
            time: [(UInt64, UInt64)]? = nil
        ) {
            self.original = original
            self.offset = offset
            self.date = date
            self.time = time
        }

        /// A photograph of an afternoon in Berlin, by a camera that knows its zone.
        package static let berlin = Exif(original: "2026:10:02 14:10:00", offset: "+02:00")

        /// The block in the form of TIFF.
        package func bytes(_ tiff: TestTIFF = TestTIFF()) -> [UInt8] {
            let exif =
                [
                    original.map { tiff.ascii(0x9003, $0) }, offset.map { tiff.ascii(0x9011, $0) },
                ].compactMap { $0 } + others.1
            let gps =
                [
                    date.map { tiff.ascii(0x1D, $0) }, time.map { tiff.fractions(0x07, $0) },
                ].compactMap { $0 } + others.2
            var pointers: [(UInt16, [TestTIFF.Entry])] = []
            if !exif.isEmpty { pointers.append((0x8769, exif)) }
            if !gps.isEmpty { pointers.append((0x8825, gps)) }
            return tiff.file(others.0, pointers: pointers)
        }
    }

    /// The big-endian bytes of a number.
    package static func number(_ value: Int, _ size: Int) -> [UInt8] {
        TestTIFF(isLittle: false).number(UInt64(value), size)
    }

    // MARK: - JPEG

    /// A segment with its marker.
    package static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, marker] + number(content.count + 2, 2) + content
    }

    /// A segment of EXIF.
    package static func exifSegment(_ exif: [UInt8]) -> [UInt8] {
        segment(0xE1, Array("Exif\0\0".utf8) + exif)
    }

    /// A JPEG with these segments before its scan.
    package static func jpeg(_ segments: [[UInt8]]) -> [UInt8] {
        [0xFF, 0xD8] + segments.flatMap { $0 } + segment(0xDA, [1, 1, 0, 0, 63, 0])
            + [0x12, 0x34, 0xFF, 0xD9]
    }

    /// A JPEG with EXIF behind a JFIF segment.
    package static func jpeg(exif: [UInt8]) -> [UInt8] {
        jpeg([
            segment(0xE0, Array("JFIF\0".utf8) + [1, 2, 0, 0, 1, 0, 1, 0, 0]), exifSegment(exif),
        ])
    }

    // MARK: - PNG

    /// A chunk with its checksum.
    package static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        return number(content.count, 4) + body + number(Int(checksum(body)), 4)
    }

    /// A PNG with these chunks between its header and its end.
    package static func png(_ chunks: [[UInt8]]) -> [UInt8] {
        let header = chunk("IHDR", number(1, 4) + number(1, 4) + [8, 0, 0, 0, 0])
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + header
            + chunks.flatMap { $0 } + chunk("IEND", [])
    }

    /// A PNG with EXIF.
    package static func png(exif: [UInt8]) -> [UInt8] {
        png([chunk("eXIf", exif), chunk("IDAT", [0x78, 0x9C, 0x63, 0, 0, 0, 2, 0, 1])])
    }

    /// CRC-32, one bit of the content after another.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var rest: UInt64 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let next = (rest ^ UInt64(byte >> bit)) & 1
                rest = rest >> 1 ^ next * 0xEDB8_8320
            }
        }
        return ~UInt32(rest)
    }

    // MARK: - HEIF

    /// A box of an ISO base media file.
    package static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        number(content.count + 8, 4) + Array(type.utf8) + content
    }

    /// The entry of an item in `iinf`, version 2.
    package static func itemEntry(_ item: Int, _ type: String) -> [UInt8] {
        box("infe", [2, 0, 0, 0] + number(item, 2) + number(0, 2) + Array(type.utf8) + [0])
    }

    /// A box `iinf` of items and their types.
    package static func itemList(_ items: [(Int, String)]) -> [UInt8] {
        box("iinf", [0, 0, 0, 0] + number(items.count, 2) + items.flatMap { itemEntry($0, $1) })
    }

    /// A HEIC whose EXIF lies behind its boxes, in as many pieces as are asked for; or in the box
    /// `idat`.
    package static func heic(
        exif: [UInt8], pieces: Int = 1, inBox: Bool = false, brand: String = "heic"
    ) -> [UInt8] {
        let content = number(0, 4) + exif
        let size = (content.count + pieces - 1) / pieces
        func file(at place: Int) -> [UInt8] {
            var extents: [UInt8] = []
            for start in stride(from: 0, to: content.count, by: size) {
                extents += number(start, 4) + number(min(size, content.count - start), 4)
            }
            // Version 1: places and lengths of 4 bytes, a base of 4 bytes, no index.
            let places = box(
                "iloc",
                [1, 0, 0, 0, 0x44, 0x40] + number(1, 2) + number(2, 2) + number(inBox ? 1 : 0, 2)
                    + number(0, 2) + number(inBox ? 0 : place, 4)
                    + number(extents.count / 8, 2) + extents)
            let handler = box(
                "hdlr", [0, 0, 0, 0, 0, 0, 0, 0] + Array("pict".utf8) + number(0, 13))
            let items = itemList([(1, "hvc1"), (2, "Exif")])
            let kept = inBox ? box("idat", content) : []
            let meta = box("meta", [0, 0, 0, 0] + handler + items + places + kept)
            return box("ftyp", Array(brand.utf8) + number(0, 4) + Array("mif1".utf8)) + meta
                + number(0, 4) + Array("mdat".utf8)
        }
        return file(at: file(at: 0).count) + (inBox ? [] : content)
    }

    // MARK: - GeoTIFF

    /// What a GeoTIFF says of its place.
    package struct Place {
        package var size: (UInt64, UInt64) = (100, 50)
        package var scale: [Double]? = [0.5, 0.5, 0]
        package var tiePoint: [Double]? = [0, 0, 0, 500_000, 5_800_000, 0]
        package var matrix: [Double]?

        /// Keys and their values: projected, pixels are areas, UTM 33N, metres.
        package var keys: [(UInt64, UInt64)] = [
            (1_024, 1), (1_025, 1), (3_072, 32_633), (3_076, 9_001),
        ]

        package init() {}

        package func bytes(_ tiff: TestTIFF = TestTIFF()) -> [UInt8] {
            var directory = [1, 1, 0, UInt64(keys.count)]
            for (key, value) in keys { directory += [key, 0, 1, value] }
            return tiff.file(
                [
                    tiff.longs(256, [size.0]), tiff.longs(257, [size.1]),
                    scale.map { tiff.doubles(33_550, $0) },
                    tiePoint.map { tiff.doubles(33_922, $0) },
                    matrix.map { tiff.doubles(34_264, $0) },
                    tiff.shorts(34_735, directory),
                ].compactMap { $0 })
        }
    }
}
