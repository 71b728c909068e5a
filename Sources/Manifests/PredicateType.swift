public import Encoding

/// The predicate types this version knows, and what follows from being one of them.
public enum PredicateType {
    /// The prefix of the names of our types.
    public static let prefix: Text = "urn:colophon:"

    /// An artifact's life: captured, edited, published, issued, transferred, corrected, withdrawn.
    public static let provenance: Text = "urn:colophon:provenance:v1"

    /// A decision about one slice of a rollout.
    public static let milestone: Text = "urn:colophon:milestone:v1"

    /// An inventory window at a PoP.
    public static let reconciliation: Text = "urn:colophon:reconciliation:v1"

    /// The findings after a milestone, tied to artifacts.
    public static let postmortem: Text = "urn:colophon:postmortem:v1"

    /// A PoP's aggregated window of device, integrity and business numbers.
    public static let telemetry: Text = "urn:colophon:telemetry:v1"

    /// Control: what the ledger accepts.
    public static let policy: Text = "urn:colophon:policy:v1"

    /// Control: a signing key is added, retired or revoked.
    public static let key: Text = "urn:colophon:key:v1"

    /// Control: one of the ledger's own keys is handed over.
    public static let logKey: Text = "urn:colophon:log-key:v1"

    /// Control: a manifest's bytes are removed.
    public static let erasure: Text = "urn:colophon:erasure:v1"

    /// SLSA provenance, which build services write.
    public static let slsaProvenance: Text = "https://slsa.dev/provenance/v1"

    /// SLSA provenance before version 1, which build services still write.
    public static let slsaProvenance02: Text = "https://slsa.dev/provenance/v0.2"

    /// The types about the ledger itself.
    public static let control: [Text] = [policy, key, logKey, erasure]

    /// The types a new ledger's policy lists: all of ours that are not control, and SLSA
    /// provenance in both its forms.
    public static let defaults: [Text] = [
        provenance, milestone, reconciliation, postmortem, telemetry, slsaProvenance,
        slsaProvenance02,
    ]

    /// Returns whether `type` is about the ledger itself; such manifests are never erased.
    public static func isControl(_ type: Text) -> Bool {
        control.contains(type)
    }

    /// Returns whether `type` bears our prefix; this version need not know it.
    public static func isOurs(_ type: Text) -> Bool {
        type.hasPrefix(prefix)
    }

    /// Returns whether what `type` demands is known here; of foreign types only in-toto's form is.
    public static func isKnown(_ type: Text) -> Bool {
        !isOurs(type) || defaults.contains(type) || isControl(type)
    }

    /// Returns whether manifests of `type` are about files: ours with an artifact, and foreign
    /// ones.
    public static func hasArtifact(_ type: Text) -> Bool {
        type == provenance || !isOurs(type)
    }
}
