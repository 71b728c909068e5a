import Checkpoints

/// The last step: by when the entry existed, says somebody who is not the ledger, and whether that
/// agrees with the head that the signer had seen (verification.md §8).
///
/// Takes the proven heads, the quorum, the evidence, and what none of them may be older than.
struct BoundsAgree {
    /// The earliest of all bounds that hold; nil where none does.
    let existedBy: Report.Bound?

    /// What was found of bounds that contradict each other.
    let findings: [Finding]

    /// Compares the bounds.
    init(
        of heads: ProvenHeads, _ quorum: QuorumReached, _ evidence: EvidenceFound,
        after bounds: LowerBounds
    ) {
        var findings: [Finding] = []
        for time in heads.heads.filter({ $0.doubt == nil }).compactMap(\.time) {
            guard let words = bounds.contradictionOfSeen(time) else { continue }
            findings.note(
                .receipt, .refuted,
                "contradicts the rest: its head's time, \(Instant(time)), \(words)")
        }
        var all = evidence.anchors.compactMap(\.bound)
        if let time = quorum.time {
            if let words = bounds.contradictionOfSeen(time) {
                findings.note(
                    .cosignatures, .refuted, "contradicts the rest: \(Instant(time)) \(words)")
            } else {
                all.append(
                    Report.Bound(
                        source: .witnesses, authority: "\(quorum.witnessing.quorum)", time: time,
                        tolerance: 0))
            }
        }
        existedBy = all.min { $0.latest < $1.latest }
        self.findings = findings
    }
}

extension JudgedAnchor {
    /// By when the entry existed, by this anchor; nil where it does not hold.
    fileprivate var bound: Report.Bound? {
        guard let holding, let type else { return nil }
        return Report.Bound(
            source: .evidence(type), authority: holding.authority, time: holding.time,
            tolerance: holding.tolerance)
    }
}
