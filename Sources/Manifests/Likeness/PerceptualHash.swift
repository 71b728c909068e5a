public import Encoding

/// What a manifest says about the look of its artifact: one of its `perceptualHashes`.
///
/// A claim of the signer, like every member of a manifest.
public struct PerceptualHash: Hashable, Sendable {
    /// The name of PDQ in `alg`.
    public static let pdq: Text = "pdq"

    /// The way that a picture comes to PDQ: orientation of its EXIF applied, and no resize up to
    /// 4 megapixels.
    public static let pdqProfile: Text = "pdq-1"

    /// The `value` of a picture that is too plain to compare.
    public static let none: Text = "none"

    /// The `value` of a picture whose hash could not be computed; `profile` says why.
    public static let unavailable: Text = "unavailable"

    /// The algorithm, such as pdq.
    public let algorithm: Text

    /// The hash as text, ``none`` or ``unavailable``.
    public let value: Text

    /// How much there is to compare, 0 to 100.
    public let quality: Double

    /// How the picture was brought to the algorithm; the reason where the hash is unavailable.
    public let profile: Text

    /// Creates what a manifest will say.
    public init(algorithm: Text, value: Text, quality: Double, profile: Text) {
        self.algorithm = algorithm
        self.value = value
        self.quality = quality
        self.profile = profile
    }

    /// Reads an element of `perceptualHashes`; what it lacks is empty, and says nothing.
    package init(_ json: JSON) {
        self.init(
            algorithm: json["alg"]?.text ?? "", value: json["value"]?.text ?? "",
            quality: json["quality"]?.number ?? 0, profile: json["profile"]?.text ?? "")
    }

    /// Whether this is said to be a hash of PDQ in our profile, and is none: no search finds it.
    public var isNoPDQ: Bool {
        algorithm == Self.pdq && profile == Self.pdqProfile && pdqHash == nil
            && ![Self.none, Self.unavailable].contains(value)
    }

    /// The hash, where this is one that can be compared with others of the same profile.
    public var pdqHash: PDQHash? {
        guard algorithm == Self.pdq, profile == Self.pdqProfile else { return nil }
        return PDQHash(value)
    }
}
