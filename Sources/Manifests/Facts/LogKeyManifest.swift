public import Encoding

/// One of the ledger's own keys is handed over to a new one.
public struct LogKeyManifest: Hashable, Sendable {
    /// The ledger's own keys.
    public enum Which: String, CaseIterable, Sendable {
        /// Signs checkpoints.
        case note
        /// Signs receipts.
        case receipt
        /// Signs entries 0 and 1 and handovers.
        case ledger
    }

    /// Which key is handed over.
    public var which: Which

    /// The key so far: a vkey string for the note key, else a coseKey string.
    public var old: Text

    /// The key from now on, in the same form.
    public var new: Text

    /// The last tree size for which the old key counts.
    public var lastSize: UInt64

    /// The tree size from which heads of the old key are suspect, because it was stolen; nil where
    /// they are not, and for the ledger key.
    public var suspectFrom: UInt64?

    /// Creates the content of a `log-key` manifest.
    public init(
        _ which: Which, old: Text, new: Text, lastSize: UInt64, suspectFrom: UInt64? = nil
    ) {
        self.which = which
        self.old = old
        self.new = new
        self.lastSize = lastSize
        self.suspectFrom = suspectFrom
    }

    /// Reads a manifest of type `log-key`.
    public init(_ manifest: Manifest) throws(Refusal) {
        let predicate = try PredicateReader(manifest, PredicateType.logKey)
        guard let which = Which(rawValue: try predicate.text("which").string) else {
            throw Refusal(.schema, field: "predicate.which", rule: "is not known")
        }
        self.init(
            which, old: try predicate.text("old"), new: try predicate.text("new"),
            lastSize: try predicate.count("lastSize"),
            suspectFrom: predicate.optionalCount("suspectFrom"))
    }

    /// Makes the manifest, for the ledger `origin`.
    ///
    /// - Parameter nonce: 16 random bytes.
    public func manifest(origin: Text, nonce: [UInt8]) throws(Refusal) -> Manifest {
        var predicate: JSON.Object = [
            "nonce": .string(Text(Hex.encode(nonce))),
            "which": .string(Text(which.rawValue)),
            "old": .string(old),
            "new": .string(new),
            "lastSize": .integer(Int64(clamping: lastSize)),
        ]
        if let suspectFrom {
            predicate["suspectFrom"] = .integer(Int64(clamping: suspectFrom))
        }
        return try Manifest.control(PredicateType.logKey, predicate, origin: origin)
    }
}
