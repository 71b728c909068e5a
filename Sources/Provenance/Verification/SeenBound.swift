import Checkpoints
import Encoding
import Manifests
import Merkle

/// The eighth step: that the statement is not older than the head which the PoP had seen
/// (record.md §4).
///
/// Takes the manifest, which names that head, the proven heads, and the heads believed so far.
struct SeenBound {
    /// What was found about the head that the PoP had seen.
    let finding: Finding

    /// That head; nil where nothing proves that the statement is not older.
    let head: Checkpoint?

    /// Examines the head that `manifest` names.
    init(
        in manifest: Manifest?, before heads: ProvenHeads, believing believed: BelievedHeads,
        _ reader: inout HeadReader
    ) {
        (finding, head) = Self.found(in: manifest, before: heads, believing: believed, &reader)
    }

    private static func found(
        in manifest: Manifest?, before heads: ProvenHeads, believing believed: BelievedHeads,
        _ reader: inout HeadReader
    ) -> (Finding, Checkpoint?) {
        let carriesProof = !heads.growths.isEmpty
        guard let manifest else {
            let finding = Finding(
                .seen, carriesProof ? .notChecked : .absent,
                "there is no manifest that names a head")
            return (finding, nil)
        }
        guard let note = ProvenanceFacts.seenCheckpoint(in: manifest) else {
            let finding =
                carriesProof
                ? Finding(
                    .seen, .refuted, "a consistency receipt without a head in the manifest")
                : Finding(.seen, .absent, "the signer names no head that it had seen")
            return (finding, nil)
        }
        do throws(CheckpointRefusal) {
            let head = try reader.read(note.utf8).open().checkpoint
            let finding =
                believed.contradict(head)
                ? Finding(
                    .seen, .refuted,
                    "split view: the log has signed two trees of size \(head.size)")
                : bound(head, heads)
            return (finding, finding.verdict == .ok ? head : nil)
        } catch {
            let words =
                error == .unknownKey ? "is signed by no key the kit knows" : "\(error)"
            return (Finding(.seen, Verdict(error), "the head named \(words)"), nil)
        }
    }

    private static func bound(_ older: Checkpoint, _ heads: ProvenHeads) -> Finding {
        let own = heads.heads.filter { $0.origin == older.origin }
        if let head = own.first(where: { $0.index < older.size }) {
            return Finding(
                .seen, .refuted,
                "the head named, of size \(older.size), already holds entry \(head.index)")
        }
        guard !heads.growths.isEmpty else {
            return Finding(
                .seen, .unknown, "nothing proves that the head named is of this log's past")
        }
        for growth in heads.growths {
            if let reason = contradiction(in: growth, with: older) {
                return Finding(.seen, .refuted, reason)
            }
        }
        let isLinked = heads.growths.contains { growth in
            own.contains { $0.size == growth.newer.size }
        }
        return isLinked
            ? Finding(.seen, .ok, "signed after the log had \(older.size) entries")
            : Finding(.seen, .unknown, "nothing that is proven here leads to the head named")
    }

    /// Says why a consistency receipt does not lead from `older` to its own head; nil where it
    /// does.
    private static func contradiction(
        in growth: ProvenHeads.Growth, with older: Checkpoint
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
