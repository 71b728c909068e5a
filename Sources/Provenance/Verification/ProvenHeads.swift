import Checkpoints
import Encoding
import Manifests
import Merkle

/// The second step: the tree heads that are proven to hold the entry (verification.md §5).
///
/// Takes the kit, the entry's leaf with its receipts, and receipts from elsewhere. A receipt that
/// does not hold has a finding of its own, and is for everything else as if it were not there
/// (verification.md).
struct ProvenHeads {
    /// A head that is proven to hold the entry.
    struct Head {
        /// The log's origin.
        let origin: Text

        /// The entry's position in that log.
        let index: UInt64

        /// The tree's size.
        let size: UInt64

        /// The head's time in POSIX seconds; nil where the kit does not know who says so.
        let time: UInt64?

        /// The place of its checkpoint among the ``ProvenHeads/checkpoints``.
        let checkpoint: Int

        /// The place of what was found about its receipt among the ``ProvenHeads/findings``.
        let finding: Int

        /// The doubt about the keys that signed it, where one of them was stolen.
        let doubt: KeyDoubt?
    }

    /// A consistency receipt whose newer head a known key signed; which older head it leads from
    /// is a question of its own.
    struct Growth {
        /// The log's origin.
        let origin: Text

        /// The proof, not checked.
        let proof: ConsistencyProof

        /// The newer head.
        let newer: Checkpoint
    }

    /// A checkpoint in a receipt that a known key signed, with the cosignatures beside it.
    struct SignedHead {
        /// The checkpoint with all its signature lines.
        let signed: SignedCheckpoint

        /// The same, as it was opened.
        let verified: VerifiedCheckpoint
    }

    /// The heads that hold the entry, in the order of their receipts.
    fileprivate(set) var heads: [Head] = []

    /// The consistency receipts that say something of a head that is believed.
    private(set) var growths: [Growth] = []

    /// The checkpoints of receipts of both kinds.
    private(set) var checkpoints: [SignedHead] = []

    /// The kit's head and those of the receipts.
    private(set) var believed: BelievedHeads

    /// What was found about the receipts.
    fileprivate(set) var findings: [Finding] = []

    private let kit: TrustKit
    private let leaf: Hash
    private let time: UInt64?
    private let place: UInt64?

    /// Judges the receipts of `entry` and those from elsewhere, `extra`, whose unknown labels are
    /// passed over.
    ///
    /// - Parameters:
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future.
    ///   - place: The position in the kit's ledger that the caller has proven; nil where receipts
    ///     alone say it.
    ///   - believed: The heads that are believed so far.
    init(
        of entry: LoggedLeaf, and extra: [[UInt8]] = [], at time: UInt64?,
        placed place: UInt64? = nil, by kit: TrustKit, believing believed: BelievedHeads,
        _ reader: inout HeadReader
    ) {
        self.kit = kit
        self.time = time
        self.place = place
        leaf = entry.hash
        self.believed = believed
        let own = entry.receipts.compactMap { judge($0, isLenient: false, &reader) }
        let others = extra.compactMap { judge($0, isLenient: true, &reader) }
        noteWhatIsMissing(own + others)
        if !Receipt.areInOrder(own) {
            findings.note(
                .receipt, .refuted, "the file's receipts must stand by rising size, none twice")
        }
        noteContradictions()
    }

    /// The entry's position in the kit's ledger; nil where none is proven.
    var index: UInt64? {
        heads.first { $0.origin == kit.origin.text }?.index ?? place
    }

    /// The sizes of the heads of a log that no thief may have signed.
    func sizes(of origin: Text) -> [UInt64] {
        heads.filter { $0.origin == origin && $0.doubt == nil }.map(\.size)
    }

    /// The time of the earliest head in POSIX seconds; nil where none is proven.
    var earliestTime: UInt64? {
        heads.compactMap(\.time).min()
    }

    private mutating func noteWhatIsMissing(_ receipts: [Receipt]) {
        let isDamaged = findings.contains { $0.verdict == .refuted }
        guard !receipts.contains(where: \.isOfEntry), !isDamaged else { return }
        if let place {
            findings.note(.receipt, .ok, "entry \(place) of \(kit.origin), by a path to its head")
            return
        }
        findings.note(.receipt, .absent, "carries none: it is not known to be logged")
    }

    private mutating func noteContradictions() {
        for (position, one) in heads.enumerated() {
            for other in heads[..<position]
            where other.origin == one.origin && other.index != one.index {
                findings.note(
                    .receipt, .refuted,
                    "two receipts give two positions, \(other.index) and \(one.index)")
            }
        }
    }
}

// MARK: - One receipt

extension ProvenHeads {
    /// Notes what one receipt proves; returns it where it can be read.
    private mutating func judge(
        _ bytes: [UInt8], isLenient: Bool, _ reader: inout HeadReader
    ) -> Receipt? {
        let receipt: Receipt
        do throws(Refusal) {
            receipt = try Receipt(bytes, lenient: isLenient)
        } catch {
            findings.note(.receipt, Verdict(error, in: .receipt), "\(error)")
            return nil
        }
        if !receipt.ignored.isEmpty {
            let labels = receipt.ignored.map { "\($0)" }.joined(separator: ", ")
            findings.note(.receipt, .unknown, "labels passed over: \(labels)")
        }
        switch receipt.proof {
        case .inclusion(let proof): judge(receipt, proof, &reader)
        case .consistency(let proof): judge(receipt, proof, &reader)
        }
        return receipt
    }

    /// Judges a receipt for the entry: its signature, its checkpoint, and both against the path.
    private mutating func judge(
        _ receipt: Receipt, _ proof: InclusionProof, _ reader: inout HeadReader
    ) {
        let root = proof.root(from: leaf)
        let signature = signatureVerdict(on: receipt, over: root, "", &reader)
        guard let note = receipt.note else {
            if signature == .ok {
                findings.note(
                    .receipt, .unknown, "in the log, position unknown: it carries no checkpoint")
            }
            return
        }
        guard let head = open(note, of: receipt.origin, (proof.treeSize, root), &reader),
            signature != .refuted
        else { return }
        // Without the signature the receipt's time is nobody's word.
        let headTime = signature == .ok ? receipt.issuedAt : nil
        let isOwn = receipt.origin == kit.origin.text
        heads.append(
            Head(
                origin: receipt.origin, index: proof.leafIndex, size: head.size, time: headTime,
                checkpoint: checkpoints.count - 1, finding: findings.count,
                doubt: isOwn
                    ? kit.registry.doubt(about: head.size, withReceipt: signature == .ok) : nil))
        let moment = headTime.map { ", by \(Instant($0))" } ?? ""
        findings.note(
            .receipt, .ok,
            "entry \(proof.leafIndex) of \(head.size) in \(receipt.origin)\(moment)")
        noteFuture(of: headTime)
    }

    /// Judges a consistency receipt as far as it goes without the older root: its newer head.
    private mutating func judge(
        _ receipt: Receipt, _ proof: ConsistencyProof, _ reader: inout HeadReader
    ) {
        guard let note = receipt.note else {
            return findings.note(
                .receipt, .refuted, "a consistency receipt must carry the newer checkpoint")
        }
        let root: Hash
        do throws(CheckpointRefusal) {
            let reading = try reader.read(note, as: receipt.origin)
            _ = try reading.isKnown()
            root = reading.signed.claim.root
        } catch {
            return findings.note(.receipt, Verdict(error), "checkpoint: \(error)")
        }
        let signature = signatureVerdict(on: receipt, over: root, "for consistency: ", &reader)
        guard let head = open(note, of: receipt.origin, (proof.newSize, root), &reader),
            signature != .refuted
        else { return }
        growths.append(Growth(origin: receipt.origin, proof: proof, newer: head))
    }

    /// Notes what is wrong with a receipt's signature; `context` precedes the words.
    private mutating func signatureVerdict(
        on receipt: Receipt, over root: Hash, _ context: String, _ reader: inout HeadReader
    ) -> Verdict {
        do throws(Refusal) {
            try reader.checkSignature(of: receipt, over: root)
            return .ok
        } catch {
            let verdict = Verdict(error, in: .receipt)
            findings.note(.receipt, verdict, context + error.rule)
            return verdict
        }
    }

    /// Notes the fault of a receipt's checkpoint; returns it where it is to be believed, and it is
    /// then the last of `checkpoints`.
    private mutating func open(
        _ note: [UInt8], of origin: Text, _ tree: (size: UInt64, root: Hash),
        _ reader: inout HeadReader
    ) -> Checkpoint? {
        do throws(CheckpointRefusal) {
            let reading = try reader.read(note, as: origin)
            let verified: VerifiedCheckpoint
            do throws(CheckpointRefusal) {
                verified = try reading.open(about: tree)
            } catch .unknownKey {
                noteStranger(reading.signed)
                return nil
            }
            let head = verified.checkpoint
            guard believed.add(head) else {
                findings.note(
                    .receipt, .refuted,
                    "split view: the log has signed two trees of size \(head.size)")
                return nil
            }
            checkpoints.append(SignedHead(signed: reading.signed, verified: verified))
            return head
        } catch {
            findings.note(.receipt, Verdict(error), "its checkpoint \(error)")
            return nil
        }
    }

    /// Notes what a checkpoint is worth that no known log signed: nothing; and where the line of a
    /// witness in it does not verify, it is false as in every note (log.md §2).
    private mutating func noteStranger(_ signed: SignedCheckpoint) {
        let bad = kit.policy.witnesses.first { $0.key.verify(signed.note) == .invalid }
        if let bad {
            findings.note(
                .receipt, .refuted, "its checkpoint has a bad cosignature of \(bad.key.name)")
        } else {
            findings.note(
                .receipt, Verdict(CheckpointRefusal.unknownKey),
                "its checkpoint is signed by no key that the kit knows")
        }
    }

    private mutating func noteFuture(of headTime: UInt64?) {
        guard let time, let headTime else { return }
        let latest = time.addingReportingOverflow(kit.registry.policy.settings.maxAhead)
        if !latest.overflow, headTime > latest.partialValue {
            findings.note(
                .receipt, .unknown, "its head is from the future, \(Instant(headTime))")
        }
    }
}

// MARK: - Heads in doubt

extension ProvenHeads {
    /// The same without the heads that are not believed.
    ///
    /// Where none is believed all of them stay, and are suspect. What was found about their
    /// receipts says so.
    func believing(_ isBelieved: (Head) -> Bool) -> ProvenHeads {
        let doubted = heads.filter { !isBelieved($0) }
        guard !doubted.isEmpty else { return self }
        var judged = self
        let others = heads.filter(isBelieved)
        if !others.isEmpty { judged.heads = others }
        for head in doubted {
            let words = findings[head.finding].detail
            judged.findings[head.finding] =
                others.isEmpty
                ? Finding(.receipt, .suspect, "\(words); \(head.doubt?.words ?? "")")
                : Finding(.receipt, .unknown, "\(words); not counted, a thief may have signed it")
        }
        return judged
    }
}

extension KeyDoubt {
    /// Why a head is suspect, in words for a person.
    var words: String {
        "a key of the ledger was stolen, and nothing shows that this head was there before "
            + "\(Instant(until)), when it was replaced"
    }
}
