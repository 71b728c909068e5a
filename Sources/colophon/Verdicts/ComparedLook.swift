import Encoding
import Manifests
import Provenance
import Studio

/// What is said of a file that is not the work, and looks like it.
///
/// It decides nothing.
struct ComparedLook {
    private let likeness: PictureLikeness

    /// The entry of the work: its place in the log where that is known, else its name.
    private let entry: String

    /// Takes what was compared; nil where the file is the work, or does not look like it.
    init?(_ file: ComparedFile, _ report: Report) {
        guard let likeness = file.likeness, report.isSameFile == false,
            let entry = report.index.map({ "\($0)" }) ?? report.entry.map({ "\($0)" })
        else { return nil }
        (self.likeness, self.entry) = (likeness, entry)
    }

    /// The sentence.
    var words: String {
        VerdictPhrase.looksLike.with([
            "entry": entry, "band": likeness.band.rawValue, "distance": "\(likeness.distance)",
        ])
    }

    /// The object of verification.md §9.
    var json: JSON {
        [
            "distance": .integer(Int64(likeness.distance)),
            "orientation": .integer(Int64(likeness.orientation)),
            "band": .string(Text(likeness.band.rawValue)),
        ]
    }
}
