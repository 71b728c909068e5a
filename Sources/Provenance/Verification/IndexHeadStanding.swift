import Checkpoints
import Encoding
import Manifests

/// Whether an index head is the ledger's, where it stands, and how far that is proven (index.md
/// §10).
///
/// Takes the kit, the head with its receipts and anchors, and the heads believed so far. It goes
/// through the steps that a statement goes through; the ledger key takes the place of a signer's.
struct IndexHeadStanding {
    /// The head.
    let head: IndexHead

    /// Where it stands in the kit's ledger; nil where nothing proves that.
    let index: UInt64?

    /// The doubt about all heads that place it there; nil where one of them is believed.
    let doubt: KeyDoubt?

    /// How far it is proven.
    let level: Level?

    /// How many witnesses had seen it when the quorum was complete.
    let witnessCount: Int

    /// The heads that are believed after this step.
    let believed: BelievedHeads

    /// The sizes of the kit's log that prove it, and that no thief may have signed.
    let sizes: [UInt64]

    /// What was found about it.
    let findings: [Finding]

    /// Judges a head; `time` is now in POSIX seconds.
    init(
        of whole: TransparentIndexHead, believing believed: BelievedHeads, at time: UInt64?,
        by verifier: Verifier, _ reader: inout HeadReader
    ) {
        let kit = verifier.kit
        head = whole.head
        let entry = LoggedLeaf(
            bytes: head.leaf, receipts: whole.receipts, anchors: whole.anchors)
        let standing = LeafStanding(
            of: entry, believing: believed, at: time, by: verifier, &reader)
        let evidence = standing.evidence
        let quorum = QuorumReached(on: standing.heads, by: kit.policy)
        index = standing.index
        doubt = standing.doubt
        witnessCount = quorum.witnessing.seenBy.count
        self.believed = evidence.believed
        sizes = standing.heads.sizes(of: kit.origin.text)
        let signer = Self.signer(of: head, at: index, by: kit)
        findings =
            signer + Self.form(of: head, at: index, by: kit, evidence.believed)
            + standing.heads.findings + [quorum.finding] + evidence.findings
        level = Level.reached(by: findings, passingOver: verifier.passedOver)
    }

    /// What is false of it, or else what keeps it from being believed; nil where it is logged.
    var fault: Finding? {
        if let refuted = findings.first(where: { $0.verdict == .refuted }) { return refuted }
        guard index == nil || level == nil else { return nil }
        let checks = Level.signed.checks + Level.logged.checks
        return findings.first { checks.contains($0.check) && !$0.verdict.holds }
            ?? Finding(.receipt, .unknown, Self.unplaced)
    }

    private static let unplaced = "no receipt proves where it stands in this ledger"

    /// Whether a thief may have signed all heads that prove it.
    var isSuspect: Bool { findings.contains { $0.verdict == .suspect } }

    /// Whether the ledger key in force signed it.
    private static func signer(
        of head: IndexHead, at index: UInt64?, by kit: TrustKit
    ) -> [Finding] {
        guard head.origin == kit.origin.text else {
            return [
                Finding(
                    .signature, .unknown,
                    "is by the ledger key of \(head.origin), which the kit does not know")
            ]
        }
        guard let key = kit.registry.ledgerKeys.terms.first(where: { $0.key.keyID == head.keyID })
        else {
            // A key has one purpose for ever, and below the kit's size there is no other.
            let isOther = kit.registry.purposes.contains(head.keyID)
            let isBelow = index.map { $0 < kit.size } ?? false
            return isOther || isBelow
                ? [Finding(.issuer, .refuted, "must be signed by the ledger key in force")]
                : [Finding(.signature, .unknown, "is by a ledger key that the kit does not know")]
        }
        do throws(Refusal) {
            try head.checkSignature(by: key.key)
        } catch {
            return [Finding(.signature, Verdict(error, in: .signature), error.rule)]
        }
        let signed = Finding(.signature, .ok, "is by the ledger key")
        guard let index else {
            return [signed, Finding(.issuer, .unknown, unplaced)]
        }
        let registry = index < kit.size ? kit.registry(below: index) : kit.registry
        guard registry.ledgerKeys.current.keyID == head.keyID else {
            return [
                signed,
                Finding(
                    .issuer, .refuted,
                    "is signed by a ledger key that was not in force at entry \(index)"),
            ]
        }
        return [signed, Finding(.issuer, .ok, "the ledger key was in force at entry \(index)")]
    }

    /// What of its content the kit and the heads show to be false.
    private static func form(
        of head: IndexHead, at index: UInt64?, by kit: TrustKit, _ believed: BelievedHeads
    ) -> [Finding] {
        guard head.origin == kit.origin.text else { return [] }
        var findings: [Finding] = []
        if head.chain.id != IndexHead.chainID(of: kit.genesis) {
            findings.note(.statement, .refuted, "\(IndexHeadFault.otherChain)")
        }
        if let index, head.size > index {
            let fault = IndexHeadFault.aboveLog(size: head.size, index: index)
            findings.note(.statement, .refuted, "\(fault)")
        }
        if let root = believed.root(of: head.size, in: head.origin), root != head.tree {
            let fault = IndexHeadFault.otherTree(size: head.size)
            findings.note(.statement, .refuted, "\(fault)")
        }
        return findings
    }
}
