import Manifests

/// The perceptual hashes that a manifest states, looked at before it is signed.
enum StatedHashes {
    /// Why a manifest is not signed: it states a hash of PDQ that is none, which no search would
    /// ever find; nil where nothing is wrong.
    static func refusal(of manifest: Manifest) -> Refusal? {
        guard let facts = try? ProvenanceFacts(manifest),
            let place = facts.perceptualHashes.firstIndex(where: \.isNoPDQ)
        else { return nil }
        return Refusal(
            .schema, field: "predicate.perceptualHashes[\(place)].value",
            rule: "must be 64 lower-case hexadecimal digits, or none, for alg pdq and profile "
                + "pdq-1")
    }
}
