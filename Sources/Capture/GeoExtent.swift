/// Where a picture lies on Earth (OGC 19-008r4, GeoTIFF 1.1).
///
/// Read for pictures whose rows run east and whose columns run south, in a reference system that
/// has a number of EPSG.
package struct GeoExtent: Hashable, Sendable {
    /// The edges of the outermost pixels, in the units of the reference system.
    package let west, south, east, north: Double

    /// The number of the reference system.
    package let epsg: Int

    /// The longer side of a pixel in metres.
    package let sampleMetres: Double
}

/// Why a file does not say where a picture lies.
package enum NoExtent: Error, Hashable, Sendable {
    /// It is no GeoTIFF.
    case notGeoTIFF

    /// It breaks a rule, or says it in a way that is not read; the words say which.
    case damaged(PictureFault)
}

extension GeoExtent {
    private enum Tag {
        static let width: UInt16 = 256
        static let height: UInt16 = 257
        static let pixelScale: UInt16 = 33_550
        static let tiePoint: UInt16 = 33_922
        static let transformation: UInt16 = 34_264
        static let keys: UInt16 = 34_735
    }

    /// Metres in a degree of a great circle, the mean over the Earth: how long the side of a pixel
    /// is whose system counts in degrees.
    private static let metresInDegree = 111_195.0

    init(_ source: some PictureBytes) throws(NoExtent) {
        let extent: GeoExtent?
        do throws(PictureFault) {
            extent = try Self.extent(in: source)
        } catch {
            throw .damaged(error)
        }
        guard let extent else { throw .notGeoTIFF }
        self = extent
    }

    /// Returns nil for a file that is no GeoTIFF.
    private static func extent(
        in source: some PictureBytes
    ) throws(PictureFault) -> GeoExtent? {
        guard PictureKind(of: try source.start(PictureKind.startBytes)) == .tiff else { return nil }
        let file = try TIFFFile(source)
        let directory = try file.firstDirectory()
        guard let entry = try directory.entry(Tag.keys) else { return nil }
        let numbers = try file.integers(entry, limit: UInt64(4 * (1 + PictureLimit.geoKeys)))
        return try extent(in: directory, of: file, try GeoSystem(numbers))
    }

    private static func extent(
        in directory: TIFFDirectory, of file: TIFFFile<some PictureBytes>, _ system: GeoSystem
    ) throws(PictureFault) -> GeoExtent {
        let size = (
            width: try side(Tag.width, in: directory, of: file),
            height: try side(Tag.height, in: directory, of: file)
        )
        var grid = try PixelGrid(
            scale: try doubles(Tag.pixelScale, in: directory, of: file),
            tiePoint: try doubles(Tag.tiePoint, in: directory, of: file),
            transformation: try doubles(Tag.transformation, in: directory, of: file))
        if system.pixelsArePoints { grid.moveToCorner() }
        let extent = GeoExtent(
            west: grid.left, south: grid.top - size.height * grid.height,
            east: grid.left + size.width * grid.width, north: grid.top, epsg: system.epsg,
            sampleMetres: max(grid.width, grid.height) * (system.unitMetres ?? metresInDegree))
        guard
            [extent.west, extent.south, extent.east, extent.north, extent.sampleMetres]
                .allSatisfy(\.isFinite), extent.west < extent.east, extent.south < extent.north
        else { throw .malformed("lies at places that are no numbers") }
        let isOnEarth =
            extent.west >= -180 && extent.east <= 180 && extent.south >= -90 && extent.north <= 90
        guard system.unitMetres != nil || isOnEarth else {
            throw .malformed("lies beyond 180 degrees west or east, or 90 south or north")
        }
        return extent
    }

    private static func side(
        _ tag: UInt16, in directory: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> Double {
        guard let entry = try directory.entry(tag), entry.count == 1,
            let side = try file.integers(entry, limit: 1).first, side > 0
        else { throw .malformed("does not say its width and height") }
        return Double(side)
    }

    /// Returns the values of a tag; none where it is not there.
    private static func doubles(
        _ tag: UInt16, in directory: TIFFDirectory, of file: TIFFFile<some PictureBytes>
    ) throws(PictureFault) -> [Double] {
        // A matrix has 16; more than one tie point, 6 each, is a bent picture.
        try directory.entry(tag).map { entry throws(PictureFault) in
            try file.doubles(entry, limit: 16)
        } ?? []
    }
}

/// The grid of pixels: its corner, and the sides of a pixel, in the units of the system.
private struct PixelGrid {
    var left: Double
    var top: Double
    let width: Double
    let height: Double

    /// Reads the one of two forms that a file has.
    init(scale: [Double], tiePoint: [Double], transformation: [Double]) throws(PictureFault) {
        if scale.count == 3, tiePoint.count == 6, transformation.isEmpty {
            (width, height) = (scale[0], scale[1])
            left = tiePoint[3] - tiePoint[0] * width
            top = tiePoint[4] + tiePoint[1] * height
        } else if transformation.count == 16, scale.isEmpty {
            guard transformation[1] == 0, transformation[4] == 0 else {
                throw .malformed("is turned against north")
            }
            (width, height) = (transformation[0], -transformation[5])
            (left, top) = (transformation[3], transformation[7])
        } else {
            throw .malformed("says its place neither by one tie point and a scale nor by a matrix")
        }
        guard width > 0, height > 0 else { throw .malformed("is turned against north") }
    }

    /// The place of a pixel is that of its middle, and the corner is half a pixel away.
    mutating func moveToCorner() {
        left -= width / 2
        top += height / 2
    }
}
