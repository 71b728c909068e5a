/// How a picture is turned before people see it: the tag Orientation of EXIF (CIPA DC-008).
package struct Orientation: Hashable, Sendable {
    /// 1 for as it is stored; 2 to 8 for the seven other ways to turn and to mirror it.
    package let number: Int

    /// As it is stored.
    package static let asStored = Orientation(number: 1)

    private static let tag: UInt16 = 0x0112

    private init(number: Int) {
        self.number = number
    }

    /// Reads the orientation of a JPEG, a PNG, a WebP, an HEIF or a TIFF.
    ///
    /// A file that says none, says it twice, or breaks a rule on the way is taken as it is stored.
    ///
    /// - Throws: ``PictureFault/unreadable`` alone: what could not be read says nothing.
    package init(of source: some PictureBytes) throws(PictureFault) {
        do throws(PictureFault) {
            self = try Self.stated(in: source) ?? .asStored
        } catch .unreadable {
            throw .unreadable
        } catch {
            self = .asStored
        }
    }

    private static func stated(in source: some PictureBytes) throws(PictureFault) -> Orientation? {
        let kind = PictureKind(of: try source.start(PictureKind.startBytes))
        if kind == .tiff { return try orientation(in: TIFFFile(source)) }
        guard let block = try kind?.exifBlock(in: source) else { return nil }
        return try orientation(in: TIFFFile(block))
    }

    private static func orientation(
        in file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> Orientation? {
        guard let entry = try file.firstDirectory().entry(tag) else { return nil }
        guard let number = try file.integers(entry, limit: 1).first, (1...8).contains(number)
        else { return nil }
        return Orientation(number: Int(number))
    }
}
