/// The reference system of a GeoTIFF, from its keys (OGC 19-008r4).
struct GeoSystem {
    private enum Key {
        static let modelType: UInt64 = 1_024
        static let rasterType: UInt64 = 1_025
        static let geodetic: UInt64 = 2_048
        static let angularUnit: UInt64 = 2_054
        static let projected: UInt64 = 3_072
        static let linearUnit: UInt64 = 3_076
    }

    /// The number of EPSG.
    let epsg: Int

    /// Metres in a unit of the system; nil where it counts in degrees.
    let unitMetres: Double?

    /// Whether the place of a pixel is that of its middle, and not of its corner.
    let pixelsArePoints: Bool

    /// Reads a directory of keys: four numbers that describe it, and four for each key.
    init(_ numbers: [UInt64]) throws(PictureFault) {
        guard numbers.count >= 4, numbers[0] == 1 else {
            throw .malformed("has a directory of GeoTIFF keys of an unknown version")
        }
        guard numbers[3] <= UInt64(numbers.count / 4 - 1) else { throw .outside }
        let count = Int(numbers[3])
        var keys: [UInt64: UInt64] = [:]
        for start in stride(from: 4, to: 4 * (1 + count), by: 4) {
            // A value that stands in another tag is a text or a fraction; none is looked at.
            guard numbers[start + 1] == 0, numbers[start + 2] == 1 else { continue }
            guard keys.updateValue(numbers[start + 3], forKey: numbers[start]) == nil else {
                throw .twice("GeoTIFF key \(numbers[start])")
            }
        }
        pixelsArePoints = keys[Key.rasterType] == 2
        switch keys[Key.modelType] {
        case 1:
            epsg = try Self.code(keys[Key.projected])
            unitMetres = try Self.metres(inUnit: keys[Key.linearUnit], of: epsg)
        case 2:
            epsg = try Self.code(keys[Key.geodetic])
            guard (keys[Key.angularUnit] ?? Self.degree) == Self.degree else {
                throw .malformed("counts in another angle than degrees")
            }
            unitMetres = nil
        default: throw .malformed("is neither in a projected nor in a geographic system")
        }
    }

    /// The unit degree, as EPSG numbers it.
    private static let degree: UInt64 = 9_102

    /// The codes that EPSG gives out; 32767 is a system of the writer's own.
    private static func code(_ number: UInt64?) throws(PictureFault) -> Int {
        guard let number, (1_024...32_766).contains(number) else {
            throw .malformed("is in a reference system without a number of EPSG")
        }
        return Int(number)
    }

    /// The length of a unit; where the file does not say it, the system itself must be known to
    /// count in metres.
    private static func metres(
        inUnit unit: UInt64?, of epsg: Int
    ) throws(PictureFault) -> Double {
        switch unit {
        case 9_001: return 1
        case 9_002: return 0.3048
        // The survey foot of the United States, 1200/3937 m.
        case 9_003: return 1_200.0 / 3_937.0
        case nil:
            guard countsInMetres.contains(where: { $0.contains(epsg) }) else {
                throw .malformed("does not say the unit of its reference system")
            }
            return 1
        default: throw .malformed("counts in another unit than metres and feet")
        }
    }

    /// UTM on WGS 84, ETRS89 and NAD83, and the system of maps on the web.
    private static let countsInMetres: [ClosedRange<Int>] = [
        32_601...32_660, 32_701...32_760, 25_828...25_838, 26_901...26_923, 3_857...3_857,
    ]
}
