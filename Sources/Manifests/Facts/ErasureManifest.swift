public import Encoding
public import Merkle

/// The bytes of one manifest are removed for all entries that share them.
public struct ErasureManifest: Hashable, Sendable {
    /// The entries, as EntryIDs; distinct, 1 to 256.
    ///
    /// All have this manifest as their payload.
    public var entries: [Text]

    /// SHA-256 of the manifest.
    public var sha256: Hash

    /// Why, for people.
    public var reason: Text

    /// On whose word: a court, a law, a person's request.
    public var authority: Text

    /// Creates the content of an `erasure` manifest.
    public init(entries: [Text], sha256: Hash, reason: Text, authority: Text) {
        self.entries = entries
        self.sha256 = sha256
        self.reason = reason
        self.authority = authority
    }

    /// Reads a manifest of type `erasure`.
    public init(_ manifest: Manifest) throws(Refusal) {
        let predicate = try PredicateReader(manifest, PredicateType.erasure)
        guard let sha256 = Hash(try predicate.hex("sha256")) else {
            throw Refusal(.schema, field: "predicate.sha256", rule: "must be a SHA-256 digest")
        }
        self.init(
            entries: try predicate.texts("entries"), sha256: sha256,
            reason: try predicate.text("reason"), authority: try predicate.text("authority"))
    }

    /// Makes the manifest, for the ledger `origin`.
    ///
    /// - Parameter nonce: 16 random bytes.
    public func manifest(origin: Text, nonce: [UInt8]) throws(Refusal) -> Manifest {
        let predicate: JSON.Object = [
            "nonce": .string(Text(Hex.encode(nonce))),
            "entries": .array(entries.map { .string($0) }),
            "sha256": .string(Text(sha256)),
            "reason": .string(reason),
            "authority": .string(authority),
        ]
        return try Manifest.control(PredicateType.erasure, predicate, origin: origin)
    }
}
