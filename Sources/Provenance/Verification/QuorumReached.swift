import Checkpoints

/// The seventh step: whether enough witnesses have seen a head that holds the entry.
///
/// Takes the kit's policy and the proven heads. The line of a known witness that does not verify
/// is *false* in every checkpoint that is believed. One that is too old for its head counts for
/// nothing.
struct QuorumReached {
    /// When the quorum was complete for the earliest of the heads, in POSIX seconds; nil where it
    /// is for none.
    let time: UInt64?

    /// What each witness of the policy has seen, and when the quorum was complete.
    let witnessing: Report.Witnessing

    /// What was found about the cosignatures.
    let finding: Finding

    /// Evaluates `policy` on the checkpoints of `heads`.
    init(on heads: ProvenHeads, by policy: TrustPolicy) {
        let all = heads.checkpoints.map { policy.evaluate($0.signed, verified: $0.verified) }
        let badKey = all.lazy.compactMap(\.badKey).first
        // A note with a bad line counts for nothing: nor do the others, for the record is false.
        let evaluations =
            badKey == nil
            ? heads.heads.map { policy.evaluation(all[$0.checkpoint], ofHeadAt: $0.time) } : []
        witnessing = Report.Witnessing(of: policy, on: evaluations, refused: badKey)
        time = witnessing.completeAt
        let words = QuorumWords(witnessing, policy)
        finding =
            if let badKey {
                Finding(.cosignatures, .refuted, "that of \(badKey.name) does not verify")
            } else if policy.quorum == .none {
                Finding(.cosignatures, .absent, "the kit asks for no witnesses")
            } else if let seen = words.seen {
                Finding(.cosignatures, .ok, seen)
            } else if heads.heads.isEmpty {
                Finding(.cosignatures, .absent, "no head is proven that could have any")
            } else if Self.mayBeMet(policy, evaluations) {
                Finding(.cosignatures, .unknown, words.shortfall)
            } else {
                Finding(.cosignatures, .absent, words.shortfall)
            }
    }

    /// Whether the quorum would be complete for one head with the cosignatures that are there and
    /// count for nothing: somebody may verify more types than this library, and a witness's clock
    /// was wrong.
    private static func mayBeMet(
        _ policy: TrustPolicy, _ evaluations: [PolicyEvaluation]
    ) -> Bool {
        evaluations.contains { evaluation in
            policy.isQuorumMet { witness in
                switch evaluation.witnesses.first(where: { $0.witness == witness })?.verdict {
                case .cosigned, .unsupported, .tooEarly: true
                case .absent, .valid, .invalid, nil: false
                }
            }
        }
    }
}
