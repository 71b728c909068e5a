/// How near two perceptual hashes are, in words: likeness, never identity.
public enum LikenessBand: String, CaseIterable, Hashable, Sendable {
    /// As near as the same picture saved again.
    case resaved = "re-saved"
    /// As near as the same picture at another size.
    case resized
    /// As near as pictures that look alike.
    case similar

    /// The largest distance of PDQ hashes that counts as likeness at all (`pdq/README.md`).
    public static let limit = similar.largestDistance

    /// The largest distance of PDQ hashes that has this word.
    public var largestDistance: Int {
        switch self {
        case .resaved: 10
        case .resized: 20
        case .similar: 31
        }
    }

    /// Returns the word for a distance of two PDQ hashes; nil beyond ``limit``.
    public init?(distance: Int) {
        guard distance >= 0,
            let band = Self.allCases.first(where: { distance <= $0.largestDistance })
        else { return nil }
        self = band
    }
}
