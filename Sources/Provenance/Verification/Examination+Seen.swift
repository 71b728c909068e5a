import Checkpoints
import Encoding
import Manifests
import Merkle

extension Examination {
    /// Notes what the head that the PoP had seen proves: the statement is not older than it
    /// (record.md §4).
    mutating func examineSeen() {
        guard let manifest else {
            let verdict: Verdict = growths.isEmpty ? .absent : .notChecked
            return note(.seen, verdict, "there is no manifest that names a head")
        }
        guard let seen = ProvenanceFacts.seenCheckpoint(in: manifest) else {
            if growths.isEmpty {
                return note(.seen, .absent, "the signer names no head that it had seen")
            }
            return note(.seen, .refuted, "a consistency receipt without a head in the manifest")
        }
        switch headNote(seen.utf8).result {
        case .failure(.unknownKey):
            note(.seen, .unknown, "the head named is signed by no key the kit knows")
        case .failure(let refusal):
            note(.seen, .refuted, "the head named \(refusal)")
        case .success(let verified):
            let head = verified.checkpoint
            guard believe(head) else {
                return note(
                    .seen, .refuted,
                    "split view: the log has signed two trees of size \(head.size)")
            }
            examineBound(head)
        }
    }

    private mutating func examineBound(_ older: Checkpoint) {
        let own = heads.filter { $0.origin == older.origin }
        if let head = own.first(where: { $0.index < older.size }) {
            return note(
                .seen, .refuted,
                "the head named, of size \(older.size), already holds entry \(head.index)")
        }
        guard !growths.isEmpty else {
            return note(.seen, .unknown, "nothing proves that the head named is of this log's past")
        }
        for growth in growths {
            if let reason = Self.contradiction(in: growth, with: older) {
                return note(.seen, .refuted, reason)
            }
        }
        let isLinked = growths.contains { growth in own.contains { $0.size == growth.newer.size } }
        note(
            .seen, isLinked ? .ok : .unknown,
            isLinked ? Self.bound(older) : "nothing that is proven here leads to the head named")
    }

    private static func bound(_ head: Checkpoint) -> String {
        "signed after the log had \(head.size) entries"
    }

    /// Says why a consistency receipt does not lead from `older` to its own head; nil where it
    /// does.
    private static func contradiction(
        in growth: Growth, with older: Checkpoint
    ) -> String? {
        guard growth.origin == older.origin, growth.proof.oldSize == older.size,
            growth.proof.newSize > older.size
        else {
            return "the consistency receipt does not begin at the head named"
        }
        do throws(ProofError) {
            guard try growth.proof.newRoot(extending: older.root) == growth.newer.root else {
                return "the consistency receipt does not lead to its checkpoint's tree"
            }
            return nil
        } catch {
            return "the consistency receipt does not begin at the head named: \(error)"
        }
    }
}
