import Encoding
import Manifests
import Provenance

/// What a record says of how much a work looks like what it was made from.
struct ParentText {
    private let likeness: ParentLikeness

    /// Reads a manifest; nil where it says no distance from a parent.
    init?(_ manifest: Manifest?) {
        guard let likeness = manifest.flatMap({ ParentLikeness($0) }) else { return nil }
        self.likeness = likeness
    }

    /// What whoever signs is warned of; nil where the stated actions explain the distance.
    var warning: String? {
        guard !likeness.isExplained else { return nil }
        let (distance, entry) = (likeness.nearest.distance, likeness.nearest.entry)
        let leaves = likeness.largestDistance.map { "\($0)" } ?? ""
        let why =
            likeness.stated == nil
            ? "no --action says what was done, and up to \(leaves) needs none"
            : "the stated --action leaves at most \(leaves)"
        return "looks less like its parent, entry \(entry), than is said: distance \(distance) of "
            + "\(PDQHash.bitCount), and \(why); look whether --parent and --action are right"
    }

    /// What whoever verifies is told; nil where the stated actions explain the distance.
    var doubt: String? {
        guard !likeness.isExplained else { return nil }
        let distance = "\(likeness.nearest.distance)"
        guard let stated = likeness.stated, let words = Self.words(stated) else {
            return VerdictPhrase.likenessUnstated.with(["distance": distance])
        }
        return VerdictPhrase.likenessStrays.with(["stated": words.words, "distance": distance])
    }

    /// The words for what was stated; nil for what explains everything.
    private static func words(_ stated: StatedChange) -> VerdictPhrase? {
        switch stated {
        case .nothing: .statedNothing
        case .resaved: .statedResaved
        case .resized: .statedResized
        case .adjusted: .statedAdjusted
        case .anything: nil
        }
    }

    /// The object of verification.md §9.
    var json: JSON {
        [
            "entry": .string(likeness.nearest.entry),
            "distance": .integer(Int64(likeness.nearest.distance)),
            "limit": likeness.largestDistance.map { .integer(Int64($0)) } ?? .null,
            "explained": .bool(likeness.isExplained),
        ]
    }
}
