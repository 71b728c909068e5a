import Checkpoints
import Encoding
import Manifests
import Merkle

extension Examination {
    /// Notes the anchors: that each is about this entry and a head of its log; whether the
    /// evidence holds is for a program that can read it (record.md §5).
    mutating func examineAnchors(_ file: TransparentStatement) {
        var fitting: [Check: Int] = [:]
        for map in file.anchors {
            var check = Check.anchor
            do throws(Refusal) {
                let anchor = try Anchor(map)
                if anchor.type == Anchor.timestamp { check = .timestamp }
                try examine(anchor, of: file.statement)
                if anchor.type == Anchor.timestamp || anchor.type == Anchor.openTimestamps {
                    fitting[check, default: 0] += 1
                } else {
                    note(check, .unknown, "one is of a type not known here, \(anchor.type)")
                }
            } catch {
                note(check, .refuted, "\(error)")
            }
        }
        for check in [Check.timestamp, .anchor] {
            if let count = fitting[check] {
                note(check, .notChecked, "carries \(count); this program cannot check them")
            } else if !findings.contains(where: { $0.check == check }) {
                note(check, .absent, "carries none")
            }
        }
    }

    /// Checks what can be known without understanding the evidence.
    private mutating func examine(_ anchor: Anchor, of statement: Statement) throws(Refusal) {
        let verdict = headNote(anchor.checkpoint).about(
            size: anchor.inclusion.treeSize,
            root: anchor.inclusion.root(from: .leaf(statement.leaf)))
        guard let head = verdict.checkpoint, let signed = verdict.signed else {
            throw Refusal(.mismatch, field: "anchor", rule: "its checkpoint \(verdict)")
        }
        let other = heads.first {
            $0.origin == head.origin && $0.index != anchor.inclusion.leafIndex
        }
        // A head that no known key signed must agree too, but is not believed for it.
        let agrees = if case .success = verdict.result { believe(head) } else { !contradicts(head) }
        guard signed.note.signatures.count == 1, agrees, other == nil else {
            throw Refusal(
                .mismatch, field: "anchor",
                rule: "must agree with the receipts, with one signature line")
        }
    }
}
