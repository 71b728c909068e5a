/// When a picture was taken, as its own file says.
package struct PictureTime: Hashable, Sendable {
    /// Which part of the file says so.
    package enum Source: Hashable, Sendable {
        /// DateTimeOriginal of EXIF with OffsetTimeOriginal.
        case exif

        /// DateTimeOriginal of EXIF, in a zone that somebody named.
        case exifInNamedZone

        /// GPSDateStamp and GPSTimeStamp of EXIF.
        case satellite
    }

    /// The time as RFC 3339 §5.6 writes it, with its zone.
    package let at: String

    /// Which part of the file says so.
    package let source: Source
}

/// Why a file says no time.
package enum NoTime: Error, Hashable, Sendable {
    /// It is none of the formats that are read.
    case notAPicture

    /// It is a picture without EXIF.
    case noEXIF

    /// Its EXIF has no time of capture.
    case notInEXIF

    /// Its EXIF has a time without a zone. Name the zone.
    case noZone

    /// It breaks a rule.
    case damaged(PictureFault)
}

/// What is taken from the file of a work.
package struct Picture: Hashable, Sendable {
    /// The times of its EXIF.
    private let times: Result<ExifTimes, NoTime>

    /// Where it lies on Earth, for a GeoTIFF.
    package let extent: Result<GeoExtent, NoExtent>

    /// Reads a file: JPEG, TIFF with DNG and BigTIFF, PNG, WebP, HEIF with HEIC.
    package init(_ source: some PictureBytes) {
        times = Result { () throws(NoTime) in try Self.times(in: source) }
        extent = Result { () throws(NoExtent) in try GeoExtent(source) }
    }

    /// Returns the time of capture.
    ///
    /// DateTimeOriginal with its own zone, else in `zone`; else the time of the satellites.
    package func time(zone: ZoneOffset?) throws(NoTime) -> PictureTime {
        let times = try times.get()
        var fault: PictureFault?
        var lacksZone = false
        switch times.original {
        case .success(let local?):
            if let own = times.zone {
                return PictureTime(at: local.text + own.text, source: .exif)
            }
            if let zone {
                return PictureTime(at: local.text + zone.text, source: .exifInNamedZone)
            }
            lacksZone = true
        case .success(nil): break
        case .failure(let error): fault = error
        }
        switch times.satellite {
        case .success(let time?): return PictureTime(at: time, source: .satellite)
        case .success(nil): break
        case .failure(let error): fault = fault ?? error
        }
        if lacksZone { throw .noZone }
        throw fault.map { .damaged($0) } ?? .notInEXIF
    }

    private static func times(in source: some PictureBytes) throws(NoTime) -> ExifTimes {
        let kind: PictureKind?
        let times: ExifTimes?
        do throws(PictureFault) {
            kind = PictureKind(of: try source.start(PictureKind.startBytes))
            times = try kind?.exifTimes(in: source)
        } catch {
            throw .damaged(error)
        }
        guard let times else { throw kind == nil ? .notAPicture : .noEXIF }
        return times
    }
}

/// The formats that are read, by their first bytes.
enum PictureKind {
    case jpeg, tiff, png, webp, heif

    static let startBytes: UInt64 = 12

    init?(of start: [UInt8]) {
        if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if start.starts(with: PNGFile.signature) {
            self = .png
        } else if WebPFile.begins(with: start) {
            self = .webp
        } else if Self.tiffStarts.contains(Array(start.prefix(4))) {
            self = .tiff
        } else if start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8),
            Self.brands.contains(where: { start[8..<12].elementsEqual($0.utf8) })
        {
            self = .heif
        } else {
            return nil
        }
    }

    /// Returns the times of the block of EXIF; nil where there is none.
    func exifTimes(in source: some PictureBytes) throws(PictureFault) -> ExifTimes? {
        if self == .tiff { return try ExifTimes(source) }
        guard let block = try exifBlock(in: source) else { return nil }
        // A block is EXIF also where it says how the picture is turned, and no more.
        return try ExifTimes(block) ?? ExifTimes.silent
    }

    /// Returns the block of EXIF, which has the form of a TIFF; nil where there is none.
    func exifBlock(in source: some PictureBytes) throws(PictureFault) -> [UInt8]? {
        switch self {
        case .tiff: nil
        case .jpeg: try JPEGFile.exif(in: source)
        case .png: try PNGFile.exif(in: source)
        case .webp: try WebPFile.exif(in: source)
        case .heif: try HEIFFile.exif(in: source)
        }
    }

    private static let tiffStarts: Set<[UInt8]> = [
        [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A], [0x49, 0x49, 0x2B, 0x00],
        [0x4D, 0x4D, 0x00, 0x2B],
    ]

    /// The brands of HEIF (ISO/IEC 23008-12 §10), and of AVIF, which has the same form.
    private static let brands = [
        "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif2", "msf1", "avif", "avis",
    ]
}
