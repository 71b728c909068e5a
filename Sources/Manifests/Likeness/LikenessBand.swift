/// How near two perceptual hashes are, in words: likeness, never identity.
public enum LikenessBand: String, CaseIterable, Hashable, Sendable {
    /// As near as the same picture saved again.
    case resaved = "re-saved"
    /// As near as the same picture at another size.
    case resized
    /// As near as pictures that look alike.
    case similar

    /// The largest distance of PDQ hashes that counts as likeness at all (`pdq/README.md`).
    public static let limit = 31

    /// Returns the word for a distance of two PDQ hashes; nil beyond ``limit``.
    public init?(distance: Int) {
        switch distance {
        case 0...10: self = .resaved
        case 11...20: self = .resized
        case 21...Self.limit: self = .similar
        default: return nil
        }
    }
}
