package import Checkpoints

/// What the witnesses' policy asks of a head: which one is served, and which may be seen at all.
package struct WitnessRule: Sendable {
    /// The policy; nil where there is none.
    package let policy: TrustPolicy?

    /// Whether a head may lack the quorum: without a quorum to meet, every head is as good.
    let hasQuorum: Bool

    /// Whether a head that lacks the quorum is shown to nobody.
    let holdsBack: Bool

    package init(_ policy: TrustPolicy? = nil, requiresQuorum: Bool = false) {
        self.policy = policy
        hasQuorum = policy.map { $0.quorum != .none } ?? false
        holdsBack = hasQuorum && requiresQuorum
    }

    /// The policy, where it has a quorum.
    var quorumPolicy: TrustPolicy? { hasQuorum ? policy : nil }

    /// The quorum's name in the policy, for a person.
    var quorum: String { policy.map { "\($0.quorum)" } ?? "none" }

    /// Whether the lines of a note are by witnesses who could be a quorum; none is verified.
    func mayBeMet(by signed: SignedCheckpoint) -> Bool {
        guard let policy else { return true }
        let lines = signed.cosignatures
        return policy.isQuorumMet { witness in
            lines.contains { $0.name == witness.key.name && $0.keyID == witness.key.keyID }
        }
    }

    /// Whether the quorum was complete for a head by `until`, in POSIX seconds; each line is
    /// verified.
    ///
    /// - Parameter time: when its head was signed, in POSIX seconds.
    func wasMet(by signed: SignedCheckpoint, at time: UInt64, until: UInt64) -> Bool {
        guard let policy = quorumPolicy,
            case .met(let complete) = policy.evaluate(signed, headTime: time).quorum
        else { return false }
        return complete <= until
    }

    /// Whether the lines of a note meet the quorum; each is verified.
    ///
    /// - Parameter time: when its head was signed, in POSIX seconds.
    func isMet(by signed: SignedCheckpoint, at time: UInt64) -> Bool {
        guard let policy else { return true }
        // Most heads that lack the quorum lack lines, which costs no signature check to see.
        guard mayBeMet(by: signed) else { return false }
        let evaluation = policy.evaluate(signed, headTime: time)
        return evaluation.quorum != .notMet
            && !evaluation.witnesses.contains { $0.verdict == .invalid }
    }
}
