/// The items of an HEIF file (ISO/IEC 23008-12; ISO/IEC 14496-12 §8.11), such as HEIC.
enum HEIFFile {
    private static let exifType = Array("Exif".utf8)

    /// Returns the block of EXIF, the content of the item `Exif`; nil where there is none.
    static func exif(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        guard let meta = try boxes(in: source, 0..<source.byteCount).first(type: "meta") else {
            return nil
        }
        // `meta` has a version and flags before the boxes inside of it.
        guard meta.content.count >= 4 else { throw .outside }
        let parts = try boxes(
            in: source, (meta.content.lowerBound + 4)..<meta.content.upperBound)
        guard let names = try parts.first(type: "iinf") else { return nil }
        guard let item = try exifItem(in: try list(names, in: source)) else { return nil }
        guard let places = try parts.first(type: "iloc") else {
            throw .malformed("names its EXIF and not the place of it")
        }
        let location = try ItemLocation(of: item, in: try list(places, in: source))
        let content = try location.content(in: source, idat: parts.first(type: "idat")?.content)
        // A number says how many bytes stand between it and the header of TIFF.
        var reader = FieldReader(content)
        let gap = try reader.number(4)
        guard gap <= UInt64(reader.remaining) else { throw .outside }
        return Array(content.dropFirst(4 + Int(gap)))
    }

    /// Returns the number of the item of type `Exif` (ISO/IEC 14496-12 §8.11.6).
    private static func exifItem(in list: [UInt8]) throws(PictureFault) -> UInt64? {
        var reader = FieldReader(list)
        let version = try reader.number(1)
        _ = try reader.take(3)
        let count = try reader.number(version == 0 ? 2 : 4)
        guard count <= PictureLimit.items else {
            throw .tooMany("items", limit: PictureLimit.items)
        }
        var found: UInt64?
        for _ in 0..<count {
            let size = try reader.number(4)
            guard size >= 12, size <= UInt64(reader.remaining) + 4 else { throw .outside }
            var entry = FieldReader(try reader.take(Int(size) - 4))
            _ = try entry.take(4)
            let version = try entry.number(1)
            _ = try entry.take(3)
            // Versions 0 and 1 have no type, and are not of HEIF.
            guard version == 2 || version == 3 else { continue }
            let item = try entry.number(version == 2 ? 2 : 4)
            let protection = try entry.number(2)
            guard Array(try entry.take(4)) == exifType else { continue }
            guard found == nil else { throw .twice("its EXIF blocks") }
            guard protection == 0 else { throw .malformed("has EXIF that is protected") }
            found = item
        }
        return found
    }

    private static func boxes(
        in source: some PictureBytes, _ range: Range<UInt64>
    ) throws(PictureFault) -> [MediaBox] {
        try MediaBox.boxes(in: source, range, limit: PictureLimit.boxes)
    }

    private static func list(
        _ box: MediaBox, in source: some PictureBytes
    ) throws(PictureFault) -> [UInt8] {
        let range = box.content
        guard UInt64(range.count) <= PictureLimit.itemList else {
            throw .tooMany("bytes in a list of items", limit: Int(PictureLimit.itemList))
        }
        return try source.bytes(at: range.lowerBound, count: range.upperBound - range.lowerBound)
    }
}

extension [MediaBox] {
    /// Returns the only box of this type.
    fileprivate func first(type: String) throws(PictureFault) -> MediaBox? {
        let found = filter { $0.isOf(type: type) }
        guard found.count <= 1 else { throw .twice("the box \(type)") }
        return found.first
    }
}
