import Checkpoints
import Encoding
import Manifests
import Merkle

extension Examination {
    /// Reads one receipt and notes what it proves (verification.md §5).
    mutating func examine(receipt bytes: [UInt8], lenient: Bool) {
        guard let leaf = file?.statement.leaf else { return }
        let receipt: Receipt
        do throws(Refusal) {
            receipt = try Receipt(bytes, lenient: lenient)
        } catch {
            return note(.receipt, .refuted, "\(error)")
        }
        if !receipt.ignored.isEmpty {
            let labels = receipt.ignored.map { "\($0)" }.joined(separator: ", ")
            note(.receipt, .unknown, "labels passed over: \(labels)")
        }
        if !lenient { listed.append(receipt) }
        switch receipt.proof {
        case .consistency(let proof):
            judge(receipt, proof)
        case .inclusion(let proof):
            hasInclusions = true
            judge(receipt, proof, root: proof.root(from: .leaf(leaf)))
        }
    }

    /// Notes what the receipts say together: none at all, a wrong order, or a contradiction
    /// (verification.md §5).
    mutating func finishReceipts() {
        if !hasInclusions {
            let isDamaged = findings.contains { $0.check == .receipt && $0.verdict == .refuted }
            if !isDamaged { note(.receipt, .absent, "carries none: it is not known to be logged") }
        }
        if !Receipt.areInOrder(listed) {
            note(.receipt, .refuted, "the file's receipts must stand by rising size, none twice")
        }
        for (position, one) in heads.enumerated() {
            for other in heads[..<position]
            where other.origin == one.origin && other.index != one.index {
                note(
                    .receipt, .refuted,
                    "two receipts give two positions, \(other.index) and \(one.index)")
            }
        }
    }

    /// Judges a receipt for the entry: its signature, its checkpoint, and both against the path.
    private mutating func judge(_ receipt: Receipt, _ proof: InclusionProof, root: Hash) {
        let signature = signatureVerdict(on: receipt, root: root)
        if signature.verdict != .ok { note(.receipt, signature.verdict, signature.detail) }
        guard let bytes = receipt.note else {
            if signature.verdict == .ok {
                note(.receipt, .unknown, "in the log, position unknown: it carries no checkpoint")
            }
            return
        }
        let verdict = headNote(bytes, origin: receipt.origin)
            .about(size: proof.treeSize, root: root)
        guard let head = trustedHead(verdict), signature.verdict != .refuted else { return }
        // Without the signature the receipt's time is nobody's word.
        let time = signature.verdict == .ok ? receipt.issuedAt : nil
        heads.append(
            ProvenHead(
                origin: receipt.origin, index: proof.leafIndex, size: head.size, time: time,
                note: notes.count - 1))
        let moment = time.map { ", by \(Instant($0))" } ?? ""
        note(
            .receipt, .ok,
            "entry \(proof.leafIndex) of \(head.size) in \(receipt.origin)\(moment)")
        noteFuture(of: time)
    }

    /// Judges a consistency receipt as far as it goes without the older root: its newer head.
    private mutating func judge(_ receipt: Receipt, _ proof: ConsistencyProof) {
        guard let bytes = receipt.note else {
            return note(.receipt, .refuted, "a consistency receipt must carry the newer checkpoint")
        }
        let verdict = headNote(bytes, origin: receipt.origin)
        guard let root = verdict.checkpoint?.root else {
            return note(.receipt, .refuted, "checkpoint: \(verdict)")
        }
        let signature = signatureVerdict(on: receipt, root: root)
        if signature.verdict != .ok {
            note(.receipt, signature.verdict, "for consistency: \(signature.detail)")
        }
        guard let head = trustedHead(verdict.about(size: proof.newSize, root: root)),
            signature.verdict != .refuted
        else { return }
        growths.append(Growth(origin: receipt.origin, proof: proof, newer: head))
    }

    /// Notes what is wrong with a receipt's checkpoint; returns it where it is to be believed,
    /// and its note is then the last of `notes`.
    private mutating func trustedHead(_ verdict: HeadNote) -> Checkpoint? {
        switch verdict.result {
        case .failure(.unknownKey):
            if let signed = verdict.signed { examineStrangeNote(signed) }
        case .failure(let refusal):
            note(.receipt, .refuted, "its checkpoint \(refusal)")
        case .success(let verified):
            let head = verified.checkpoint
            guard believe(head), let signed = verdict.signed else {
                note(
                    .receipt, .refuted,
                    "split view: the log has signed two trees of size \(head.size)")
                return nil
            }
            notes.append((signed, verified))
            return head
        }
        return nil
    }

    /// Notes what a checkpoint is worth that no known log signed: nothing; and where the line of a
    /// witness in it does not verify, it is false as in every note (log.md §2).
    private mutating func examineStrangeNote(_ signed: SignedCheckpoint) {
        let bad = kit.policy.witnesses.first { $0.key.verify(signed.note) == .invalid }
        if let bad {
            note(.receipt, .refuted, "its checkpoint has a bad cosignature of \(bad.key.name)")
        } else {
            note(.receipt, .unknown, "its checkpoint is signed by no key that the kit knows")
        }
    }

    /// Takes a head that a trusted key signed among those that are believed, unless it is of one
    /// size with one of them, yet differs.
    mutating func believe(_ head: Checkpoint) -> Bool {
        guard !contradicts(head) else { return false }
        trusted.append(head)
        return true
    }

    /// Says whether a head is of one size with another that is believed, yet differs.
    func contradicts(_ head: Checkpoint) -> Bool {
        trusted.contains {
            $0.origin == head.origin && $0.size == head.size && $0.root != head.root
        }
    }

    private mutating func noteFuture(of headTime: UInt64?) {
        guard let time, let headTime else { return }
        let latest = time.addingReportingOverflow(kit.registry.policy.settings.maxAhead)
        if !latest.overflow, headTime > latest.partialValue {
            note(.receipt, .unknown, "its head is from the future, \(Instant(headTime))")
        }
    }

    /// Checks the COSE signature, whatever the note says.
    mutating func signatureVerdict(
        on receipt: Receipt, root: Hash
    ) -> (verdict: Verdict, detail: String) {
        guard let keys = kit.receiptKeys[receipt.origin] else {
            return (.unknown, "is of \(receipt.origin), which the kit does not know")
        }
        guard let key = keys[receipt.keyID] else {
            return (.unknown, "is signed by a receipt key that the kit does not know")
        }
        guard key.algorithm == receipt.algorithm else {
            return (.refuted, "names another algorithm than its key's")
        }
        do throws(SignatureError) {
            try memory.check(receipt.signature, for: receipt.toBeSigned(root: root), by: key)
        } catch {
            return (.refuted, "its signature does not verify for this statement: \(error)")
        }
        let isOwn = receipt.origin == kit.origin.text
        guard !isOwn || kit.registry.isReceiptKey(receipt.keyID, forSize: receipt.treeSize) else {
            return (.refuted, "is signed by a key that was not in force at its size")
        }
        return (.ok, "")
    }

    /// Reads a note by the keys that the kit trusts for `origin`.
    mutating func headNote(_ bytes: [UInt8], origin: Text) -> HeadNote {
        if let known = memory.headNote(bytes, origin: origin) { return known }
        let terms: [KeyHistory<VerifierKey>.Term]
        if origin == kit.origin.text {
            terms = kit.registry.noteKeys.terms
        } else {
            terms = kit.policy.logs.filter { $0.key.name == origin }.map { .init(key: $0.key) }
        }
        let verdict = HeadNote(bytes, origin: origin, by: terms)
        memory.keep(verdict, of: bytes, origin: origin)
        return verdict
    }

    /// Reads a note by the keys that the kit trusts for the origin that the note names.
    mutating func headNote(_ bytes: [UInt8]) -> HeadNote {
        let origin = (try? SignedCheckpoint(parsing: bytes))?.claim.origin
        return headNote(bytes, origin: origin ?? kit.origin.text)
    }
}
