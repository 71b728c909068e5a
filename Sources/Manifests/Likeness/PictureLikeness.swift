/// How near a picture is to the hash that a record states, in the nearest of its forms.
///
/// That is likeness, and never identity: nothing is decided by it.
public struct PictureLikeness: Hashable, Sendable {
    /// The bits that differ, 0 to ``LikenessBand/limit``.
    public let distance: Int

    /// The place of the form among those that were compared; of several as near, the first.
    public let orientation: Int

    /// The distance in a word.
    public let band: LikenessBand

    /// Compares the hashes of a picture's forms with that of a record; nil where none is near.
    public init?(_ forms: [PDQHash], to hash: PDQHash) {
        let distances = forms.map { $0.distance(to: hash) }
        guard let least = distances.min(), let orientation = distances.firstIndex(of: least),
            let band = LikenessBand(distance: least)
        else { return nil }
        (distance, self.orientation, self.band) = (least, orientation, band)
    }
}
