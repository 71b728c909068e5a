package import Capture
import Encoding

/// The place of one artifact on Earth, with its source.
package enum PlaceFinding: Hashable, Sendable {
    /// The file says it.
    case picture(GeoExtent)

    /// The file is a GeoTIFF, and breaks a rule.
    case damaged(PictureFault)

    /// It is among the members from a file.
    case written

    /// The member `geo`; nil where the file says no place.
    var json: JSON? {
        guard case .picture(let extent) = self else { return nil }
        return [
            "bounds": .array(
                [extent.west, extent.south, extent.east, extent.north].map { JSON($0) }),
            "crs": .string(Text("EPSG:\(extent.epsg)")),
            "groundSampleDistanceM": JSON(extent.sampleMetres),
        ]
    }
}

extension ProvenanceDraft {
    /// Finds the place of an artifact; nil where it has none, or none is wanted.
    package func place(of artifact: Artifact) -> PlaceFinding? {
        guard extra["geo"] == nil else { return .written }
        guard takesPlace, let picture = artifact.picture else { return nil }
        do throws(NoExtent) {
            return .picture(try picture.extent.get())
        } catch {
            switch error {
            case .notGeoTIFF: return nil
            case .damaged(let fault): return .damaged(fault)
            }
        }
    }
}

extension JSON {
    /// Creates a number, which is written as an integer where it is one.
    init(_ number: Double) {
        let integers = -JSON.maximumInteger...JSON.maximumInteger
        if let whole = Int64(exactly: number), integers.contains(whole) {
            self = .integer(whole)
        } else {
            self = .decimal(number)
        }
    }
}
