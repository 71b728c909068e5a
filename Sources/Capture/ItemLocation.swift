/// Where the content of one item of an HEIF file lies (ISO/IEC 14496-12 §8.11.3).
struct ItemLocation {
    private struct Extent {
        let offset: UInt64
        let length: UInt64
    }

    /// Whether offsets count from the start of the box `idat`, and not of the file.
    private let isInBox: Bool
    private let extents: [Extent]

    /// Finds `item` in the content of a box `iloc`.
    init(of item: UInt64, in list: [UInt8]) throws(PictureFault) {
        var reader = FieldReader(list)
        let version = try reader.number(1)
        guard version <= 2 else { throw .malformed("has an item list of an unknown version") }
        _ = try reader.take(3)
        let sizes = try FieldSizes(&reader, version: version)
        let count = try reader.number(version < 2 ? 2 : 4)
        guard count <= PictureLimit.items else {
            throw .tooMany("items", limit: PictureLimit.items)
        }
        var found: ItemLocation?
        for _ in 0..<count {
            let number = try reader.number(version < 2 ? 2 : 4)
            let location = try ItemLocation(
                &reader, sizes, version: version, isWanted: number == item)
            guard number == item else { continue }
            guard found == nil else { throw .twice("the place of its EXIF") }
            found = location
        }
        guard let found else { throw .malformed("names its EXIF and not the place of it") }
        self = found
    }

    /// Reads the place of the next item; of one that is not wanted it only gets to the end.
    private init(
        _ reader: inout FieldReader, _ sizes: FieldSizes, version: UInt64, isWanted: Bool
    ) throws(PictureFault) {
        let method = version == 0 ? 0 : try reader.number(2) & 0xF
        let file = try reader.number(2)
        guard !isWanted || (method <= 1 && file == 0) else {
            throw .malformed("has its EXIF in another file, or in another item")
        }
        isInBox = method == 1
        let base = try reader.number(sizes.base)
        let count = try reader.number(2)
        guard !isWanted || count <= PictureLimit.extents else {
            throw .tooMany("pieces of EXIF", limit: PictureLimit.extents)
        }
        var extents: [Extent] = []
        for _ in 0..<count {
            _ = try reader.take(sizes.index)
            let offset = base.addingReportingOverflow(try reader.number(sizes.offset))
            let length = try reader.number(sizes.length)
            guard isWanted else { continue }
            guard !offset.overflow else { throw .outside }
            extents.append(Extent(offset: offset.partialValue, length: length))
        }
        self.extents = extents
    }

    /// Returns the content of the item, one extent after another.
    func content(
        in source: some PictureBytes, idat: Range<UInt64>?
    ) throws(PictureFault) -> [UInt8] {
        var content: [UInt8] = []
        let whole = isInBox ? idat : 0..<source.byteCount
        guard let whole else { throw .malformed("has its EXIF in a box that is not there") }
        for extent in extents {
            guard extent.length <= PictureLimit.exifBytes - UInt64(content.count) else {
                throw .tooMany("bytes of EXIF", limit: Int(PictureLimit.exifBytes))
            }
            let room = whole.upperBound - whole.lowerBound
            guard extent.offset <= room, extent.length <= room - extent.offset else {
                throw .outside
            }
            content += try source.bytes(
                at: whole.lowerBound + extent.offset, count: extent.length)
        }
        return content
    }
}

/// How many bytes the numbers of a box `iloc` have.
private struct FieldSizes {
    let offset: Int
    let length: Int
    let base: Int
    let index: Int

    init(_ reader: inout FieldReader, version: UInt64) throws(PictureFault) {
        let bits = try reader.number(2)
        offset = Int(bits >> 12 & 0xF)
        length = Int(bits >> 8 & 0xF)
        base = Int(bits >> 4 & 0xF)
        index = version == 0 ? 0 : Int(bits & 0xF)
        guard [offset, length, base, index].allSatisfy({ [0, 4, 8].contains($0) }) else {
            throw .malformed("has places of items that are not of 0, 4 or 8 bytes")
        }
    }
}
