public import Encoding

/// A role of a key: the kinds of statement that it may sign.
public enum Role: String, CaseIterable, Comparable, Sendable {
    /// Policy, keys and erasures.
    case admin
    /// Foreign types: the provenance of builds.
    case ci
    /// Handovers of the ledger's own keys; implied by being one, never given by a `key` statement.
    case ledger
    /// A PoP's own types: provenance, milestones, reconciliation, postmortems, telemetry.
    case pop
    /// Replacing the set of administrators; implied by entry 0, never given by a `key` statement.
    case recovery

    /// Reads a role by its name in manifests.
    public init?(_ name: Text) {
        self.init(rawValue: name.string)
    }

    /// The name in manifests.
    public var name: Text {
        Text(rawValue)
    }

    /// Orders roles as a `key` manifest lists them: by the bytes of their names.
    public static func < (left: Role, right: Role) -> Bool {
        left.name < right.name
    }
}
