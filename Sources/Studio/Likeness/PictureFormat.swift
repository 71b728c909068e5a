import Capture

/// Whether a file is a picture, by its first bytes: its name says nothing.
enum PictureFormat: Hashable, Sendable {
    /// A JPEG, a PNG or a WebP.
    case decoded

    /// Any other, such as a TIFF or an HEIC.
    case notDecoded

    /// The bytes that are looked at: more than any magic number has.
    private static let startBytes = 64

    private static let decodedTypes: Set = ["image/jpeg", "image/png", "image/webp"]

    /// Looks at the first bytes of a file; nil where it is no picture.
    init?(of source: some PictureBytes) throws(PictureFault) {
        let count = Int(min(UInt64(Self.startBytes), source.byteCount))
        self.init(start: try source.read(at: 0, count: count))
    }

    /// The same of bytes that were read already.
    init?(start: [UInt8]) {
        guard let type = MediaTypeGuess.byContent(start), type.hasPrefix("image/") else {
            return nil
        }
        self = Self.decodedTypes.contains(type) ? .decoded : .notDecoded
    }
}
