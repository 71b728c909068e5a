/// Makes JPEGs of blocks that are each of one brightness (ISO/IEC 10918-1): the smallest part of
/// the format that is a whole picture.
package enum TestJPEG {
    /// A picture of blocks of eight by eight pixels.
    ///
    /// - Parameters:
    ///   - components: 1 for grey, 3 for YCbCr, 4 for inks.
    ///   - segments: what stands before the tables, such as EXIF.
    ///   - block: the sample of the block in a column and a row, for a component.
    package static func picture(
        _ columns: Int, _ rows: Int, components: Int = 1, segments: [[UInt8]] = [],
        _ block: (Int, Int, Int) -> UInt8
    ) -> [UInt8] {
        var bits = Bits()
        var last = [Int](repeating: 128, count: components)
        for row in 0..<rows {
            for column in 0..<columns {
                for component in 0..<components {
                    let sample = Int(block(column, row, component))
                    bits.block(change: sample - last[component])
                    last[component] = sample
                }
            }
        }
        return start + segments.flatMap { $0 }
            + head(0xC0, columns * 8, rows * 8, components: components)
            + scan(components: components) + bits.padded() + end
    }

    /// The same grey blocks as ``TestRaster/blocks(_:_:)``.
    package static func blocks(_ columns: Int, _ rows: Int, segments: [[UInt8]] = []) -> [UInt8] {
        picture(columns, rows, segments: segments) { column, row, _ in
            TestRaster.block(column, row, columns)
        }
    }

    /// A progressive picture of one block, whose first scan is there this many times.
    package static func progressive(scans: Int) -> [UInt8] {
        let one = scan(components: 1, to: 0) + [0x0F]
        let all = (0..<scans).flatMap { _ in one }
        return start + head(0xC2, 8, 8, components: 1) + all + end
    }

    /// A picture that says it has these sides, and ends where its pixels would begin.
    package static func claim(_ width: Int, _ height: Int, frame: UInt8 = 0xC0) -> [UInt8] {
        start + head(frame, width, height, components: 3) + scan(components: 3) + [0x00] + end
    }

    /// A segment of EXIF that says how the picture is turned.
    package static func turned(_ orientation: Int) -> [UInt8] {
        TestPicture.exifSegment(exif(orientation))
    }

    /// A block of EXIF that says how the picture is turned.
    package static func exif(_ orientation: Int) -> [UInt8] {
        let tiff = TestTIFF()
        return tiff.file([tiff.shorts(0x0112, [UInt64(orientation)])])
    }

    /// The segment by which Adobe's programs say that inks are stored as what the paper gives back.
    package static let adobe = TestPicture.segment(
        0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0])

    // MARK: - Segments

    private static let start: [UInt8] = [0xFF, 0xD8]
    private static let end: [UInt8] = [0xFF, 0xD9]

    /// Tables, and the header of the frame.
    private static func head(
        _ frame: UInt8, _ width: Int, _ height: Int, components: Int
    ) -> [UInt8] {
        // A step of the mean is one step of brightness: eight of its coefficient.
        let table = TestPicture.segment(0xDB, [0] + [UInt8](repeating: 8, count: 64))
        let sides = TestPicture.number(height, 2) + TestPicture.number(width, 2)
        let parts: [UInt8] = (1...components).flatMap { [UInt8($0), 0x11, 0] }
        let header = TestPicture.segment(frame, [8] + sides + [UInt8(components)] + parts)
        // Changes of the mean: twelve sizes, each by the four bits of its number.
        let counts: [UInt8] = [0, 0, 0, 12] + [UInt8](repeating: 0, count: 12)
        let means = TestPicture.segment(0xC4, [0x00] + counts + Array(0..<12))
        // Of the rest there is only its end, by one bit.
        let rest = TestPicture.segment(
            0xC4, [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0x00])
        return table + header + means + rest
    }

    private static func scan(components: Int, to last: UInt8 = 63) -> [UInt8] {
        let parts: [UInt8] = (1...components).flatMap { [UInt8($0), 0x00] }
        let bands: [UInt8] = [0, last, 0]
        return TestPicture.segment(0xDA, [UInt8(components)] + parts + bands)
    }

    /// The bits of a scan, the first one highest.
    private struct Bits {
        private var bytes: [UInt8] = []
        private var part = 0
        private var count = 0

        /// A block, by how much its mean differs from the last one's.
        mutating func block(change: Int) {
            let size = Int.bitWidth - abs(change).leadingZeroBitCount
            put(size, 4)
            put(change < 0 ? change + (1 << size) - 1 : change, size)
            put(0, 1)
        }

        private mutating func put(_ number: Int, _ size: Int) {
            for place in stride(from: size - 1, through: 0, by: -1) {
                part = part << 1 | number >> place & 1
                count += 1
                guard count == 8 else { continue }
                bytes.append(UInt8(part))
                // A byte of ones would begin a marker.
                if part == 0xFF { bytes.append(0) }
                (part, count) = (0, 0)
            }
        }

        /// The bytes, with ones to the end of the last one.
        func padded() -> [UInt8] {
            var bits = self
            while bits.count != 0 { bits.put(1, 1) }
            return bits.bytes
        }
    }
}
