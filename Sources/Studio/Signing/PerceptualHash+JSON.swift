package import Encoding
package import Manifests

extension PerceptualHash {
    /// The item of `perceptualHashes` (manifests.md §4).
    package var json: JSON {
        [
            "alg": .string(algorithm), "value": .string(value), "quality": JSON(quality),
            "profile": .string(profile),
        ]
    }
}
