import Checkpoints

/// The seventh step: whether enough witnesses have seen a head that holds the entry.
///
/// Takes the kit's policy and the proven heads. The line of a known witness that does not verify
/// is *false* in every checkpoint that is believed.
struct QuorumReached {
    /// When the quorum was complete for the earliest of the heads, in POSIX seconds; nil where it
    /// is for none.
    let time: UInt64?

    /// What was found about the cosignatures.
    let finding: Finding

    /// Evaluates `policy` on the checkpoints of `heads`.
    init(on heads: ProvenHeads, by policy: TrustPolicy) {
        let evaluations = heads.checkpoints.map {
            policy.evaluate($0.signed, verified: $0.verified)
        }
        if let key = evaluations.lazy.compactMap(\.badKey).first {
            time = nil
            finding = Finding(.cosignatures, .refuted, "that of \(key.name) does not verify")
            return
        }
        time =
            heads.heads.compactMap { head in
                guard case .met(let time) = evaluations[head.checkpoint].quorum else { return nil }
                return time
            }.min()
        finding =
            if policy.quorum == .none {
                Finding(.cosignatures, .absent, "the kit asks for no witnesses")
            } else if let time {
                Finding(.cosignatures, .ok, "the quorum was complete at \(Instant(time))")
            } else if heads.heads.isEmpty {
                Finding(.cosignatures, .absent, "no head is proven that could have any")
            } else {
                Finding(.cosignatures, .absent, "too few for the quorum of the kit's policy")
            }
    }
}
