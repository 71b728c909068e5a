package import Encoding

/// The shapes of all manifests as data, for the verifier of the page: it has rules of its own, and
/// no second list of members.
package enum ManifestShapes {
    /// The shape of each type of ours by its name, and of all others under `foreign`.
    package static var json: JSON {
        let ours = ManifestType.ours.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.shape.json) }
        return .object(JSON.Object(ours + [("foreign", ManifestType.foreign.shape.json)]))
    }
}
