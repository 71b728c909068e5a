/// A picture in memory, which is saved as a PNG that nothing packs.
package struct TestRaster: Hashable, Sendable {
    package let width: Int
    package let height: Int

    /// Bytes of a pixel: 1 grey; 2 grey and opacity; 3 red, green, blue; 4 the same and opacity.
    package let channels: Int

    package let bytes: [UInt8]

    /// Makes a picture; `pixel` gets column, row and channel.
    package init(
        _ width: Int, _ height: Int, channels: Int, _ pixel: (Int, Int, Int) -> UInt8
    ) {
        (self.width, self.height, self.channels) = (width, height, channels)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * height * channels)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels { bytes.append(pixel(x, y, channel)) }
            }
        }
        self.bytes = bytes
    }

    /// Returns one byte of a pixel.
    package func byte(_ x: Int, _ y: Int, _ channel: Int) -> UInt8 {
        bytes[(y * width + x) * channels + channel]
    }

    // MARK: - Pictures

    /// The colour waves of the published vectors (`synthetic-rgb.json`).
    package static func waves(_ width: Int, _ height: Int) -> TestRaster {
        TestRaster(width, height, channels: 3) { x, y, channel in
            let (right, down) = (x * 1_024 / width, y * 1_024 / height)
            let value =
                switch channel {
                case 0: (wave(right, 410) + wave(down, 330)) / 2
                case 1: (wave(right + down, 512) * 3 + wave(right, 150)) / 4
                default: wave(right * down / 256, 700)
                }
            return UInt8(value)
        }
    }

    /// The grey of waves that are flat for eight pixels in each direction, as a JPEG of blocks is.
    package static func blocks(_ columns: Int, _ rows: Int) -> TestRaster {
        TestRaster(columns * 8, rows * 8, channels: 1) { x, y, _ in block(x / 8, y / 8, columns) }
    }

    /// The brightness of the block in a column and a row.
    package static func block(_ column: Int, _ row: Int, _ columns: Int) -> UInt8 {
        let (right, down) = (column * 1_024 / columns, row * 1_024 / columns)
        return UInt8((wave(right, 410) * 2 + wave(down, 330) + wave(right + down, 270)) / 4)
    }

    /// A triangle from 0 to 255 and back.
    package static func wave(_ number: Int, _ period: Int) -> Int {
        let (place, half) = (number % period, period / 2)
        return place <= half ? 255 * place / half : 255 * (period - place) / (period - half)
    }

    /// The picture as it must be stored for EXIF to turn it into this one.
    package func stored(for orientation: Int) -> TestRaster {
        let swaps = orientation >= 5
        let (width, height) = swaps ? (self.height, self.width) : (self.width, self.height)
        return TestRaster(width, height, channels: channels) { x, y, channel in
            let (right, bottom) = (width - 1 - x, height - 1 - y)
            let (seenX, seenY) =
                switch orientation {
                case 2: (right, y)
                case 3: (right, bottom)
                case 4: (x, bottom)
                case 5: (y, x)
                case 6: (bottom, x)
                case 7: (bottom, right)
                case 8: (y, right)
                default: (x, y)
                }
            return byte(seenX, seenY, channel)
        }
    }

    /// The means of squares of `factor` pixels; at the right and at the lower edge of fewer.
    package func means(_ factor: Int) -> TestRaster {
        let (columns, rows) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
        return TestRaster(columns, rows, channels: channels) { column, row, channel in
            var (sum, count) = (0, 0)
            for y in (row * factor)..<min(height, (row + 1) * factor) {
                for x in (column * factor)..<min(width, (column + 1) * factor) {
                    sum += Int(byte(x, y, channel))
                    count += 1
                }
            }
            return UInt8((2 * sum + count) / (2 * count))
        }
    }

    // MARK: - PNG

    /// A PNG with more chunks before its pixels; of 16 bits, the lower byte is noise.
    package func png(
        depth: Int = 8, isInterlaced: Bool = false, _ chunks: [[UInt8]] = []
    ) -> [UInt8] {
        let colourType: UInt8 = [0, 4, 2, 6][channels - 1]
        let header =
            TestPicture.number(width, 4) + TestPicture.number(height, 4)
            + [UInt8(depth), colourType, 0, 0, isInterlaced ? 1 : 0]
        var rows: [UInt8] = []
        for (first, step) in isInterlaced ? Self.passes : [((0, 0), (1, 1))] {
            guard first.0 < width, first.1 < height else { continue }
            for y in stride(from: first.1, to: height, by: step.1) {
                rows.append(0)
                for x in stride(from: first.0, to: width, by: step.0) {
                    for channel in 0..<channels {
                        rows.append(byte(x, y, channel))
                        if depth == 16 { rows.append(UInt8(truncatingIfNeeded: x * 7 + y)) }
                    }
                }
            }
        }
        return Self.png(header, chunks, packed: Self.stored(rows))
    }

    /// A PNG of one byte a pixel that names one of 256 colours.
    package static func png(
        palette: [UInt8], _ width: Int, _ height: Int, _ index: (Int, Int) -> UInt8,
        _ chunks: [[UInt8]] = []
    ) -> [UInt8] {
        let header =
            TestPicture.number(width, 4) + TestPicture.number(height, 4) + [8, 3, 0, 0, 0]
        var rows: [UInt8] = []
        for y in 0..<height { rows += [0] + (0..<width).map { index($0, y) } }
        return png(header, [TestPicture.chunk("PLTE", palette)] + chunks, packed: stored(rows))
    }

    /// A PNG of this header and these packed pixels.
    package static func png(
        _ header: [UInt8], _ chunks: [[UInt8]] = [], packed: [UInt8]
    ) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + TestPicture.chunk("IHDR", header)
            + chunks.flatMap { $0 } + TestPicture.chunk("IDAT", packed)
            + TestPicture.chunk("IEND", [])
    }

    /// First column and row, and the steps, of the passes of Adam7 (ISO/IEC 15948 §8.2).
    private static let passes = [
        ((0, 0), (8, 8)), ((4, 0), (8, 8)), ((0, 4), (4, 8)), ((2, 0), (4, 4)), ((0, 2), (2, 4)),
        ((1, 0), (2, 2)), ((0, 1), (1, 2)),
    ]

    /// The form of zlib (RFC 1950) around bytes that are stored as they are (RFC 1951 §3.2.4).
    package static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x78, 0x01]
        var (place, low, high) = (0, UInt32(1), UInt32(0))
        repeat {
            let count = min(65_535, bytes.count - place)
            let isLast: UInt8 = place + count == bytes.count ? 1 : 0
            packed += [isLast, UInt8(count & 0xFF), UInt8(count >> 8)]
            packed += [UInt8(~count & 0xFF), UInt8(~count >> 8 & 0xFF)]
            packed += bytes[place..<(place + count)]
            place += count
        } while place < bytes.count
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return packed + TestPicture.number(Int(high << 16 | low), 4)
    }
}
