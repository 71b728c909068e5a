public import Encoding

/// How far the look of a work is from the look of one that it was made from, as its signer says.
///
/// One element of `parentDistances` in `ext` (manifests.md §10). Whoever has both records can
/// compute it again.
public struct ParentDistance: Hashable, Sendable {
    /// The name of the member of `ext`.
    public static let member: Text = "parentDistances"

    /// The EntryID of the parent.
    public let entry: Text

    /// The number of bits in which the PDQ hashes of both differ, 0 to 256.
    public let distance: Int

    /// Names a parent, and how far its look is.
    public init(entry: Text, distance: Int) {
        self.entry = entry
        self.distance = distance
    }

    /// Reads an element; nil where it has another form, or is about another algorithm.
    init?(_ json: JSON) {
        guard json["alg"]?.text == PerceptualHash.pdq,
            json["profile"]?.text == PerceptualHash.pdqProfile, let entry = json["entry"]?.text,
            let distance = json["distance"]?.integer, (0...Int64(PDQHash.bitCount)) ~= distance
        else { return nil }
        self.init(entry: entry, distance: Int(distance))
    }

    /// The element.
    public var json: JSON {
        [
            "entry": .string(entry), "alg": .string(PerceptualHash.pdq),
            "profile": .string(PerceptualHash.pdqProfile), "distance": .integer(Int64(distance)),
        ]
    }
}
