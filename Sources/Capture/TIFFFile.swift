/// A TIFF file, or the block of EXIF, which has its form (TIFF 6.0; BigTIFF).
struct TIFFFile<Source: PictureBytes> {
    private let source: Source
    private let order: ByteOrder

    /// Whether numbers of places have 8 bytes and not 4.
    private let isBig: Bool

    private let first: UInt64

    /// Reads the header.
    init(_ source: Source) throws(PictureFault) {
        self.source = source
        let start = try source.start(16)
        switch start.prefix(2) {
        case [0x49, 0x49]: order = .little
        case [0x4D, 0x4D]: order = .big
        default: throw .malformed("has no TIFF header where one belongs")
        }
        var reader = FieldReader(start.dropFirst(2), order)
        switch try reader.number(2) {
        case 42:
            isBig = false
            first = try reader.number(4)
        case 43:
            guard try reader.number(2) == 8, try reader.number(2) == 0 else {
                throw .malformed("is a BigTIFF with places that are not of 8 bytes")
            }
            isBig = true
            first = try reader.number(8)
        default: throw .malformed("has no TIFF header where one belongs")
        }
    }

    /// The first directory, which describes the picture.
    func firstDirectory() throws(PictureFault) -> TIFFDirectory {
        try directory(at: first)
    }

    /// Reads the directory that an entry of another one points to; nil where that has none.
    func directory(_ tag: UInt16, in other: TIFFDirectory) throws(PictureFault) -> TIFFDirectory? {
        guard let entry = try other.entry(tag) else { return nil }
        guard entry.count == 1, let place = try integers(entry, limit: 1).first else {
            throw .malformed("points to a directory in another way than by one number")
        }
        return try directory(at: place)
    }

    private func directory(at place: UInt64) throws(PictureFault) -> TIFFDirectory {
        let (countSize, entrySize): (UInt64, UInt64) = isBig ? (8, 20) : (2, 12)
        var reader = FieldReader(try source.bytes(at: place, count: countSize), order)
        let count = try reader.number(Int(countSize))
        guard count <= PictureLimit.entries else {
            throw .tooMany("entries in a directory", limit: PictureLimit.entries)
        }
        let block = try source.bytes(at: place + countSize, count: count * entrySize)
        reader = FieldReader(block, order)
        var entries: [TIFFEntry] = []
        for _ in 0..<count {
            let tag = UInt16(truncatingIfNeeded: try reader.number(2))
            let type = UInt16(truncatingIfNeeded: try reader.number(2))
            let values = try reader.number(isBig ? 8 : 4)
            let field = Array(try reader.take(isBig ? 8 : 4))
            entries.append(TIFFEntry(tag: tag, type: type, count: values, field: field))
        }
        return TIFFDirectory(entries: entries)
    }

    // MARK: - Values

    /// Returns the bytes of an ASCII value, with its zero byte.
    func text(_ entry: TIFFEntry, limit: UInt64) throws(PictureFault) -> [UInt8] {
        try values(entry, [.ascii], limit: limit)
    }

    /// Returns whole numbers: SHORT, LONG, LONG8, or places of directories.
    func integers(_ entry: TIFFEntry, limit: UInt64) throws(PictureFault) -> [UInt64] {
        let block = try values(
            entry, [.short, .long, .directory, .long8, .directory8], limit: limit)
        return try numbers(in: block, count: entry.count)
    }

    /// Returns fractions as numerator and denominator.
    func fractions(
        _ entry: TIFFEntry, limit: UInt64
    ) throws(PictureFault) -> [(numerator: UInt64, denominator: UInt64)] {
        let parts = try numbers(
            in: try values(entry, [.rational], limit: limit), count: entry.count * 2)
        return stride(from: 0, to: parts.count, by: 2).map { (parts[$0], parts[$0 + 1]) }
    }

    /// Returns DOUBLE values, which may be no finite numbers.
    func doubles(_ entry: TIFFEntry, limit: UInt64) throws(PictureFault) -> [Double] {
        try numbers(in: try values(entry, [.double], limit: limit), count: entry.count)
            .map { Double(bitPattern: $0) }
    }

    /// Returns where the bytes of a value lie, at most `limit` of them.
    ///
    /// Nil for a value that is so short that it stands in the entry itself.
    func place(
        of entry: TIFFEntry, limit: UInt64
    ) throws(PictureFault) -> Range<UInt64>? {
        guard let type = TIFFType(rawValue: entry.type), [.byte, .undefined].contains(type) else {
            throw .malformed("has the value of tag \(entry.tag) in another type than its own")
        }
        guard entry.count <= limit else {
            throw .tooMany("bytes in tag \(entry.tag)", limit: Int(limit))
        }
        guard entry.count > entry.field.count else { return nil }
        var reader = FieldReader(entry.field, order)
        let place = try reader.number(entry.field.count)
        guard place <= source.byteCount, entry.count <= source.byteCount - place else {
            throw .outside
        }
        return place..<(place + entry.count)
    }

    private func numbers(
        in block: [UInt8], count: UInt64
    ) throws(PictureFault) -> [UInt64] {
        guard count > 0 else { return [] }
        let size = block.count / Int(count)
        var reader = FieldReader(block, order)
        var numbers: [UInt64] = []
        for _ in 0..<count { numbers.append(try reader.number(size)) }
        return numbers
    }

    /// Returns the bytes of a value of one of `types`, with at most `limit` elements.
    private func values(
        _ entry: TIFFEntry, _ types: Set<TIFFType>, limit: UInt64
    ) throws(PictureFault) -> [UInt8] {
        guard let type = TIFFType(rawValue: entry.type), types.contains(type) else {
            throw .malformed("has the value of tag \(entry.tag) in another type than its own")
        }
        guard entry.count <= limit else {
            throw .malformed("has more values of tag \(entry.tag) than there can be")
        }
        let size = entry.count * type.byteCount
        if size <= entry.field.count { return Array(entry.field.prefix(Int(size))) }
        var reader = FieldReader(entry.field, order)
        return try source.bytes(at: try reader.number(entry.field.count), count: size)
    }
}

/// The types of values that are read (TIFF 6.0, BigTIFF).
private enum TIFFType: UInt16 {
    case byte = 1
    case ascii = 2
    case short = 3
    case long = 4
    case rational = 5
    case undefined = 7
    case double = 12
    case directory = 13
    case long8 = 16
    case directory8 = 18

    var byteCount: UInt64 {
        switch self {
        case .byte, .ascii, .undefined: 1
        case .short: 2
        case .long, .directory: 4
        case .rational, .double, .long8, .directory8: 8
        }
    }
}

/// An entry of a directory: what it is about, and its value or the place of that.
struct TIFFEntry: Sendable {
    let tag: UInt16
    let type: UInt16
    let count: UInt64
    let field: [UInt8]
}

/// The entries of a directory, most of which nobody looks at.
struct TIFFDirectory: Sendable {
    let entries: [TIFFEntry]

    /// Returns the only entry with this tag.
    func entry(_ tag: UInt16) throws(PictureFault) -> TIFFEntry? {
        let found = entries.filter { $0.tag == tag }
        guard found.count <= 1 else { throw .twice("tag \(tag)") }
        return found.first
    }
}
