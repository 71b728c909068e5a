import Encoding
public import Manifests
public import Merkle

/// The text of a manifest by its template, as it was signed, and its digest.
public struct SignedText: Hashable, Sendable {
    /// The manifest that it follows from.
    public let manifest: Manifest

    /// The text: lines of at most 80 columns, each ended by a line feed.
    public var text: String { Card.text(of: manifest) }

    /// The SHA-256 of the text in UTF-8.
    public let digest: Hash

    /// Whether the manifest has the digest, so that whoever signed it signed the text.
    public let isNamedByManifest: Bool

    init(_ manifest: Manifest) {
        self.manifest = manifest
        digest = Card.knownDigest(of: manifest)
        // A manifest of which this is not so is refused when it is read, but for other templates.
        isNamedByManifest =
            manifest.predicate["card"]?["sha256"]?.text == Text("\(digest)")
    }
}
