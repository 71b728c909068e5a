package import Manifests

/// The perceptual hashes of a picture and of its seven turned and mirrored forms.
///
/// The picture is taken as a person sees it: its EXIF has turned it already.
package struct PictureHashes: Hashable, Sendable {
    /// The least quality of a picture that can be compared (`pdq/README.md`: 49 is discarded).
    package static let leastQuality = 50

    /// The number of forms.
    package static let count = 8

    /// Eight hashes: as it is, turned by 90, 180 and 270 degrees against the clock, mirrored top
    /// to bottom, mirrored left to right, and mirrored along both diagonals.
    ///
    /// The order and the names are Meta's: original, rot90, rot180, rot270, flipX, flipY,
    /// flipPlus1, flipMinus1.
    package let all: [PDQHash]

    /// How much there is to compare, ``leastQuality`` to 100.
    package let quality: Int

    /// The hash that a manifest states.
    package var asStored: PDQHash { all[0] }

    /// Creates the hashes of one picture; nil where there are not eight, or the quality is none of
    /// a picture that can be compared.
    package init?(_ all: [PDQHash], quality: Int) {
        guard all.count == Self.count, (Self.leastQuality...100).contains(quality) else {
            return nil
        }
        (self.all, self.quality) = (all, quality)
    }
}
