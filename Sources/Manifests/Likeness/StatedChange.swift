public import Encoding

/// How much a picture is changed by what its signer says was done to it.
///
/// The table is that of manifests.md §11. Actions are named as C2PA names them; of one that is not
/// in the table nobody knows what it does, so it may do anything.
public enum StatedChange: Int, CaseIterable, Comparable, Hashable, Sendable {
    /// Nothing that is seen: other metadata, another place.
    case nothing
    /// As much as by saving it again.
    case resaved
    /// As much as by another size.
    case resized
    /// Light, colours, a mark: it still looks alike.
    case adjusted
    /// Parts are gone, turned, or new: it may look like anything.
    case anything

    /// The most that these actions do; nil where none of them says what is seen.
    public init?(_ actions: [Text]) {
        let changes = actions.filter { !Self.silent.contains($0) }.map { action in
            Self.known[action] ?? .anything
        }
        guard let most = changes.max() else { return nil }
        self = most
    }

    /// The largest distance of PDQ hashes that it explains; nil where it explains every one.
    public var largestDistance: Int? {
        switch self {
        case .nothing: 0
        case .resaved: LikenessBand.resaved.largestDistance
        case .resized: LikenessBand.resized.largestDistance
        case .adjusted: LikenessBand.limit
        case .anything: nil
        }
    }

    /// Compares by how much is changed.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// The actions of C2PA (in its version 2.2, and in those before), each once, in the order of
    /// their names.
    public static let knownActions: [Text] = (silent.union(known.keys) + changing).sorted {
        $0.string < $1.string
    }

    /// Actions that may do anything to what is seen.
    private static let changing: [Text] = [
        "c2pa.addedText", "c2pa.changedSpeed", "c2pa.cropped", "c2pa.deleted", "c2pa.drawing",
        "c2pa.dubbed", "c2pa.edited", "c2pa.filtered", "c2pa.orientation", "c2pa.placed",
        "c2pa.printed", "c2pa.produced", "c2pa.redacted", "c2pa.removed", "c2pa.translated",
        "c2pa.trimmed", "c2pa.unknown",
    ]

    /// Actions that say what a file is for, and nothing of what is seen.
    private static let silent: Set<Text> = [
        "c2pa.created", "c2pa.managed", "c2pa.opened", "c2pa.published",
    ]

    private static let known: [Text: Self] = [
        "c2pa.copied": .nothing, "c2pa.edited.metadata": .nothing, "c2pa.metadata": .nothing,
        "c2pa.version_updated": .nothing,
        "c2pa.compressed": .resaved, "c2pa.converted": .resaved, "c2pa.formatted": .resaved,
        "c2pa.repackaged": .resaved, "c2pa.saved": .resaved, "c2pa.transcoded": .resaved,
        "c2pa.resized": .resized, "c2pa.resized.proportional": .resized,
        "c2pa.adjustedColor": .adjusted, "c2pa.color_adjustments": .adjusted,
        "c2pa.enhanced": .adjusted, "c2pa.watermarked": .adjusted,
        "c2pa.watermarked.bound": .adjusted, "c2pa.watermarked.unbound": .adjusted,
    ]
}
