package import Checkpoints
package import LedgerStore
import Provenance

extension Published {
    /// Adds cosignatures to the note of a head that is published, on the disk and in what everyone
    /// reads from then on.
    ///
    /// A crash before the sync leaves the head as it was, and the cosigners can be asked again.
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
                    more = try signed.adding(lines, of: cosigners)
                } catch {
                    return .refused(error)
                }
                guard more != signed else { return nil }
                let head = row.replacingNote(with: more)
                try store.put(evidence: head)
                show(evidenceIn: head)
                try consider(head, more, in: store)
                return nil
            }
        } catch {
            writingMayHaveFailed()
            throw .ledger(error)
        }
        if let refusal { throw refusal }
    }

    /// Serves a head that has more lines now, where it meets the quorum and is newer than the one
    /// that is served.
    private func consider(
        _ head: HeadRow, _ signed: SignedCheckpoint, in store: Store
    ) throws(LedgerError) {
        let (newest, served, rule) = views
        guard rule.hasQuorum, served.map({ head.size > $0.head.size }) ?? true,
            rule.isMet(by: signed)
        else { return }
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
