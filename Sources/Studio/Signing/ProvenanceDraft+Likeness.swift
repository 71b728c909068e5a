import Encoding

extension ProvenanceDraft {
    /// Whether the perceptual hash of a picture goes into its record: none is computed where
    /// ``extra`` has them, or nobody wants one.
    package var wantsLikeness: Bool { takesLikeness && extra["perceptualHashes"] == nil }

    /// Returns the look of an artifact that goes into its record; nil where none does.
    package func look(of artifact: Artifact) -> PictureLook? {
        wantsLikeness ? artifact.look : nil
    }
}
