package import Checkpoints
package import LedgerStore
import Provenance

extension Published {
    /// Adds cosignatures to the note of a head that is published, on the disk and in what everyone
    /// reads from then on.
    ///
    /// A crash before the sync leaves the head as it was, and the cosigners can be asked again:
    /// none that completes a quorum is lost.
    /// Receipts that are out keep the note that they have.
    func add(
        _ lines: [NoteSignature], of cosigners: [VerifierKey], toHeadOf size: UInt64
    ) throws(EvidenceError) {
        let (store, newest) = snapshot
        guard size <= newest.size else { throw .noHead(size: size) }
        let refusal: EvidenceError?
        do throws(LedgerError) {
            refusal = try store.writer.changingHeads { () throws(LedgerError) -> EvidenceError? in
                guard let row = try store.head(size: size),
                    let signed = try row.signedCheckpoint()
                else { return .noHead(size: size) }
                let more: SignedCheckpoint
                do throws(CosignatureRefusal) {
                    more = try signed.adding(lines, of: cosigners, headTime: row.time)
                } catch {
                    return .refused(error)
                }
                guard more != signed else { return nil }
                let head = row.replacingNote(with: more)
                // One sync a round: the line that completes a quorum makes those before it durable,
                // and one that comes later, and is lost in a power cut, can be asked for again.
                let completes = completesQuorum(head, more)
                try store.put(
                    evidence: head, sync: completes || !rule.hasQuorum,
                    completes ? .size(head.size) : nil)
                show(evidenceIn: head)
                if completes { try serve(head, in: store) }
                return nil
            }
        } catch {
            writingMayHaveFailed()
            throw .ledger(error)
        }
        if let refusal { throw refusal }
    }

    /// Whether a head meets the quorum now, and is newer than the one that is served, or is that
    /// one, which was served before the policy that it meets now.
    private func completesQuorum(_ head: HeadRow, _ signed: SignedCheckpoint) -> Bool {
        let (_, served, rule) = views
        guard rule.hasQuorum else { return false }
        let isFirst =
            served.map {
                $0.head.size == head.size && Self.meetingQuorum($0.head, rule) == nil
            } ?? (head.size == seenSize)
        return (isFirst || head.size > seenSize) && rule.isMet(by: signed, at: head.time)
    }

    /// Serves a head that meets the quorum.
    private func serve(_ head: HeadRow, in store: Store) throws(LedgerError) {
        let (newest, served, rule) = views
        serve(
            try ServedHead(store: store, rule: rule)
                .view(of: head, signed: newest, older: served))
    }
}

/// Why evidence was not added to a head.
///
/// The head is as it was before.
package enum EvidenceError: Error, Hashable, Sendable {
    /// There is no published head of this size, or none any more: only some are kept.
    case noHead(size: UInt64)

    /// One of the lines is no cosignature of this head; the others may be added without it.
    case refused(CosignatureRefusal)

    /// The store failed; it may be tried again.
    case ledger(LedgerError)
}
