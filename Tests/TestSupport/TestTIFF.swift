/// Writes TIFF files byte by byte: the form of EXIF, of DNG and of GeoTIFF.
package struct TestTIFF {
    /// An entry of a directory, with its value in the order of the file.
    package struct Entry {
        let tag: UInt16
        let type: UInt16
        let count: Int
        let value: [UInt8]
    }

    /// Whether the first byte of a number is its lowest.
    package let isLittle: Bool

    /// Whether places have 8 bytes.
    package let isBig: Bool

    package init(isLittle: Bool = true, isBig: Bool = false) {
        self.isLittle = isLittle
        self.isBig = isBig
    }

    /// Returns `size` bytes of a number.
    package func number(_ value: UInt64, _ size: Int) -> [UInt8] {
        let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        return isLittle ? little : little.reversed()
    }

    package func ascii(_ tag: UInt16, _ text: String) -> Entry {
        let bytes = Array(text.utf8) + [0]
        return Entry(tag: tag, type: 2, count: bytes.count, value: bytes)
    }

    /// Bytes that the format leaves undefined.
    package func undefined(_ tag: UInt16, _ bytes: [UInt8]) -> Entry {
        Entry(tag: tag, type: 7, count: bytes.count, value: bytes)
    }

    package func shorts(_ tag: UInt16, _ values: [UInt64]) -> Entry {
        Entry(tag: tag, type: 3, count: values.count, value: values.flatMap { number($0, 2) })
    }

    package func longs(_ tag: UInt16, _ values: [UInt64]) -> Entry {
        Entry(tag: tag, type: 4, count: values.count, value: values.flatMap { number($0, 4) })
    }

    package func fractions(_ tag: UInt16, _ values: [(UInt64, UInt64)]) -> Entry {
        Entry(
            tag: tag, type: 5, count: values.count,
            value: values.flatMap { number($0.0, 4) + number($0.1, 4) })
    }

    package func doubles(_ tag: UInt16, _ values: [Double]) -> Entry {
        Entry(
            tag: tag, type: 12, count: values.count,
            value: values.flatMap { number($0.bitPattern, 8) })
    }

    /// Returns a file of one directory, with others that its pointers name: tag and entries.
    package func file(_ entries: [Entry], pointers: [(UInt16, [Entry])] = []) -> [UInt8] {
        let wide = isBig ? 8 : 4
        let head =
            Array((isLittle ? "II" : "MM").utf8)
            + (isBig ? number(43, 2) + number(8, 2) + number(0, 2) : number(42, 2))
        let start = head.count + wide
        let places = pointers.map { Entry(tag: $0.0, type: 4, count: 1, value: number(0, 4)) }
        var place = start + length(of: entries + places)
        var resolved = entries
        for (tag, others) in pointers {
            resolved.append(longs(tag, [UInt64(place)]))
            place += length(of: others)
        }
        var file = head + number(UInt64(start), wide)
        for directory in [resolved] + pointers.map(\.1) {
            file += self.directory(directory, at: file.count)
        }
        return file
    }

    /// How many bytes a directory has, its values included.
    private func length(of entries: [Entry]) -> Int { directory(entries, at: 0).count }

    private func directory(_ entries: [Entry], at place: Int) -> [UInt8] {
        let wide = isBig ? 8 : 4
        let (countSize, entrySize) = isBig ? (8, 20) : (2, 12)
        var values: [UInt8] = []
        var table = number(UInt64(entries.count), countSize)
        let end = place + countSize + entries.count * entrySize + wide
        for entry in entries.sorted(by: { $0.tag < $1.tag }) {
            table += number(UInt64(entry.tag), 2) + number(UInt64(entry.type), 2)
            table += number(UInt64(entry.count), wide)
            if entry.value.count <= wide {
                table += entry.value + Array(repeating: 0, count: wide - entry.value.count)
            } else {
                table += number(UInt64(end + values.count), wide)
                values += entry.value
            }
        }
        return table + number(0, wide) + values
    }
}
