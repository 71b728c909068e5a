/// Why nothing is taken from a file: the rule that it breaks.
///
/// Nobody needs to act: the work is signed without what its file would have said.
package enum PictureFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A part of the file lies outside of it, or the file ends too early.
    case outside

    /// There is more of something than any camera writes.
    case tooMany(String, limit: Int)

    /// Something stands there twice, so that nobody knows which is meant.
    case twice(String)

    /// Something is not as its format says; the words name both.
    case malformed(String)

    /// The file could not be read; its reader knows why.
    case unreadable

    /// The fault in words that follow "the file".
    package var description: String {
        switch self {
        case .outside: "points outside of itself, or ends too early"
        case .tooMany(let what, let limit): "has more than \(limit) \(what)"
        case .twice(let what): "has two of \(what)"
        case .malformed(let words): words
        case .unreadable: "cannot be read"
        }
    }
}

/// The largest numbers of things that are read in a picture; beyond them nothing is taken.
enum PictureLimit {
    /// Segments of a JPEG before its scan: a colour profile and extended XMP have 255 each.
    static let segments = 1_024

    /// Bytes between segments that only fill.
    static let fillBytes = 1_024

    /// Chunks of a PNG: half a gibibyte in pieces of 8 KiB, as libpng writes them.
    static let chunks = 65_536

    /// Chunks of a WebP: an animation has one for each of its pictures.
    static let riffChunks = 4_096

    /// Boxes side by side in an ISO base media file: a photograph has about ten.
    static let boxes = 64

    /// Items of an HEIF file: a picture of 200 megapixels has 800 tiles.
    static let items = 4_096

    /// Bytes of the boxes that list the items: sixteen for each, and their names.
    static let itemList: UInt64 = 1 << 20

    /// Extents of one item, where a writer usually makes one.
    static let extents = 16

    /// Bytes of an EXIF block with its maker notes and its preview; a JPEG has room for 64 KiB.
    static let exifBytes: UInt64 = 1 << 20

    /// Entries of a TIFF directory: a DNG has about a hundred.
    static let entries = 1_024

    /// Bytes of a text that is a date, a time or a zone, of which the longest has 20: one that is
    /// longer than it should be is still read, and is then none.
    static let timeBytes: UInt64 = 64

    /// Keys of a GeoTIFF: there are about seventy.
    static let geoKeys = 256

    /// Bytes of a C2PA manifest store: one with a few thumbnails has some hundred kilobytes.
    static let storeBytes: UInt64 = 16 << 20

    /// Manifests in a store: one for each file that a work was made from, and that was made from.
    static let manifests = 1_024

    /// Bytes of a label in a store: no URN that a record may have is longer, and a vendor's prefix.
    static let labelBytes: UInt64 = 320

    /// Bytes of a URN that a record may have.
    static let urnBytes = 255

    /// Bytes that are read at once of what may be large.
    static let partBytes: UInt64 = 64 << 10
}
