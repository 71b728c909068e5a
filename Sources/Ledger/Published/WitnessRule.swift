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

    /// Whether the lines of a note meet the quorum; each is verified.
    func isMet(by signed: SignedCheckpoint) -> Bool {
        guard let policy else { return true }
        let evaluation = policy.evaluate(signed)
        return evaluation.quorum != .notMet
            && !evaluation.witnesses.contains { $0.verdict == .invalid }
    }
}
