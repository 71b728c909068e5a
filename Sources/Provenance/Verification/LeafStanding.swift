import Checkpoints

/// Where a leaf stands in the logs, by heads that are believed: what the steps about heads say of
/// it, one after the other (verification.md §5, §8).
///
/// Takes the leaf with its receipts and anchors, and the heads believed so far.
struct LeafStanding {
    /// The heads that hold it, without those that do not count.
    let heads: ProvenHeads

    /// The evidence about them.
    let evidence: EvidenceFound

    /// Where it stands in the kit's ledger; nil where nothing proves that.
    let index: UInt64?

    /// The doubt about all heads that place it there, where a thief may have signed each of them;
    /// of several the one that begins first.
    let doubt: KeyDoubt?

    /// Judges a leaf; `time` is now in POSIX seconds.
    init(
        of leaf: LoggedLeaf, believing believed: BelievedHeads, at time: UInt64?,
        by verifier: Verifier, _ reader: inout HeadReader
    ) {
        let kit = verifier.kit
        let proven = ProvenHeads(of: leaf, at: time, by: kit, believing: believed, &reader)
        let bounds = LowerBounds(of: proven, in: nil, by: kit, &reader)
        evidence = EvidenceFound(
            in: leaf, about: proven, believing: proven.believed, after: bounds, at: time,
            by: verifier, &reader)
        heads = HeadStanding(of: proven, by: kit.policy, and: evidence).heads
        index = heads.index
        let isSuspect = heads.findings.contains { $0.verdict == .suspect }
        doubt =
            isSuspect
            ? heads.heads.compactMap(\.doubt).min { $0.sizes.lowerBound < $1.sizes.lowerBound }
            : nil
    }
}
