import Checkpoints

/// Which witnesses have cosigned the newest few heads that were shown to them, and when.
struct Tallies: Sendable {
    private let policy: TrustPolicy

    /// Heads, the oldest first.
    private var heads: [(size: UInt64, times: [PolicyWord: UInt64])] = []

    init(_ policy: TrustPolicy) { self.policy = policy }

    /// Starts to count for a head, with the cosignatures that it has; says how far its quorum is.
    mutating func begin(_ head: SignedCheckpoint) -> PolicyEvaluation.QuorumVerdict {
        var times: [PolicyWord: UInt64] = [:]
        for witness in policy.witnesses {
            if case .cosigned(let time) = witness.key.verify(head.note) {
                times[witness.name] = time
            }
        }
        heads.removeAll { $0.size == head.claim.size }
        heads.append((head.claim.size, times))
        if heads.count > AnchoringLimit.tallies { heads.removeFirst() }
        return policy.quorumVerdict(of: times)
    }

    /// Counts a cosignature, and says how far the quorum of its head is; nil for a head that is
    /// counted no more.
    mutating func count(
        _ witness: PolicyWord, at time: UInt64, of size: UInt64
    ) -> PolicyEvaluation.QuorumVerdict? {
        guard let index = heads.firstIndex(where: { $0.size == size }) else { return nil }
        // The earlier one is the one that a head keeps.
        let known = heads[index].times[witness]
        heads[index].times[witness] = known.map { min($0, time) } ?? time
        return policy.quorumVerdict(of: heads[index].times)
    }
}
