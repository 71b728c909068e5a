import Checkpoints

/// The sixth step: whether the heads that hold the entry are believed, where one of the ledger's
/// keys was stolen (registry.md §7, verification.md §5).
///
/// Takes the proven heads, the kit's policy, and the evidence that covers heads. A thief has the
/// key and can sign what never was; what others saw by the time of the handover, he cannot change.
struct HeadStanding {
    /// The proven heads without those that do not count, and what was found about all of them.
    let heads: ProvenHeads

    /// Whether every head that is proven to hold the entry may be a thief's.
    var isSuspect: Bool { heads.findings.contains(where: \.isOfSuspectHead) }

    /// Judges `heads`, by the cosignatures that `policy` asks for and by what `evidence` covers.
    init(of heads: ProvenHeads, by policy: TrustPolicy, and evidence: EvidenceFound) {
        func isBelieved(_ head: ProvenHeads.Head) -> Bool {
            guard let doubt = head.doubt else { return true }
            let isCovered = evidence.covered.contains { covered in
                covered.head.origin == head.origin && covered.time <= doubt.until
            }
            if isCovered { return true }
            let checkpoint = heads.checkpoints[head.checkpoint]
            guard policy.quorum != .none,
                case .met(let time) = policy.evaluate(
                    checkpoint.signed, verified: checkpoint.verified, headTime: head.time
                ).quorum
            else { return false }
            return time <= doubt.until
        }
        self.heads = heads.believing(isBelieved)
    }
}

extension Report {
    /// Whether every head that is proven to hold the entry may be a thief's, who had a key of the
    /// ledger: a newer receipt says more.
    public var isHeadSuspect: Bool {
        findings.contains(where: \.isOfSuspectHead)
    }
}

extension Finding {
    fileprivate var isOfSuspectHead: Bool { check == .receipt && verdict == .suspect }
}
