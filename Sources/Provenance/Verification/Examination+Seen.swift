import Checkpoints
import Encoding
import Merkle

extension Examination {
    /// Notes what the head that the PoP had seen proves: the statement is not older than it
    /// (formats.md §7, §8.12).
    mutating func examineSeen() {
        guard let manifest else {
            let verdict: Verdict = consistencies.isEmpty ? .absent : .notChecked
            return note(.seen, verdict, "there is no manifest that names a head")
        }
        guard let seen = ProvenanceFacts.seenCheckpoint(in: manifest) else {
            if consistencies.isEmpty {
                return note(.seen, .absent, "the signer names no head that it had seen")
            }
            return note(.seen, .isFalse, "a consistency receipt without a head in the manifest")
        }
        switch headNote(seen.utf8) {
        case .isFalse(let reason):
            note(.seen, .isFalse, "the head named \(reason)")
        case .unknownKey:
            note(.seen, .unknown, "the head named is signed by no key the kit knows")
        case .verified(let head, _) where contradicts(head):
            note(.seen, .isFalse, "split view: the log has signed two trees of size \(head.size)")
        case .verified(let head, _):
            examineBound(head)
        }
    }

    private mutating func examineBound(_ older: Checkpoint) {
        let own = heads.filter { $0.origin == older.origin }
        if own.contains(where: { $0.size == older.size }) {
            // Another root of this size would have been a contradiction.
            guard consistencies.isEmpty else {
                return note(.seen, .isFalse, "a consistency receipt from a head to itself")
            }
            return note(.seen, .ok, Self.bound(older))
        }
        if let head = own.first, head.index < older.size {
            return note(
                .seen, .isFalse,
                "the head named, of size \(older.size), already holds entry \(head.index)")
        }
        guard !consistencies.isEmpty else {
            return note(.seen, .unknown, "nothing proves that the head named is of this log's past")
        }
        for receipt in consistencies {
            if let reason = contradiction(in: receipt, with: older) {
                return note(.seen, .isFalse, reason)
            }
        }
        let isLinked = newerHeads.contains { newer in
            newer.origin == older.origin && own.contains { $0.size == newer.size }
        }
        note(
            .seen, isLinked ? .ok : .unknown,
            isLinked ? Self.bound(older) : "nothing that is proven here leads to the head named")
    }

    private static func bound(_ head: Checkpoint) -> String {
        "signed after the log had \(head.size) entries"
    }

    /// Says why a -2 receipt does not lead from `older` to its own head; nil where it does, or
    /// where its head is not to be believed and nothing can be said.
    private mutating func contradiction(
        in receipt: Receipt, with older: Checkpoint
    ) -> String? {
        guard case .consistency(let proof) = receipt.proof, receipt.origin == older.origin,
            proof.oldSize == older.size, proof.newSize > older.size
        else {
            return "the consistency receipt does not begin at the head named"
        }
        let root: Hash
        do throws(ProofError) {
            root = try proof.newRoot(extending: older.root)
        } catch {
            return "the consistency receipt does not begin at the head named: \(error)"
        }
        guard let note = receipt.note,
            headNote(note, origin: receipt.origin).checkpoint?.root == root
        else {
            return "the consistency receipt does not lead to its checkpoint's tree"
        }
        return nil
    }
}
