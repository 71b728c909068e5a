import Checkpoints
import Encoding
import Merkle

extension Examination {
    /// Notes the anchors: that each is about this entry and a head of its log; whether the
    /// evidence holds is for a program that can read it (formats.md §7).
    mutating func examineAnchors(_ file: TransparentStatement) {
        var (stamps, others) = (0, 0)
        for map in file.anchors {
            var check = Check.anchor
            do throws(Refusal) {
                let anchor = try Anchor(map)
                switch anchor.type {
                case Anchor.timestamp:
                    check = .timestamp
                    stamps += 1
                case Anchor.openTimestamps: others += 1
                default:
                    note(check, .unknown, "one is of a type not known here, \(anchor.type)")
                    others += 1
                }
                try examine(anchor, of: file.statement)
            } catch {
                note(check, .isFalse, "\(error)")
            }
        }
        noteCount(.timestamp, stamps)
        noteCount(.anchor, others)
    }

    private mutating func noteCount(_ check: Check, _ count: Int) {
        guard !findings.contains(where: { $0.check == check }) else { return }
        note(
            check, count == 0 ? .absent : .notChecked,
            count == 0 ? "carries none" : "carries \(count); this program cannot check them")
    }

    /// Checks what can be known without understanding the evidence.
    private mutating func examine(_ anchor: Anchor, of statement: Statement) throws(Refusal) {
        let verdict = headNote(anchor.checkpoint).about(
            size: anchor.inclusion.treeSize,
            root: anchor.inclusion.root(from: .leaf(statement.leaf)))
        switch verdict {
        case .isFalse(let reason):
            throw Refusal(.mismatch, field: "anchor", rule: "its checkpoint \(reason)")
        case .verified(let head, let lines), .unknownKey(let head, let lines):
            let other = heads.first {
                $0.origin == head.origin && $0.index != anchor.inclusion.leafIndex
            }
            guard lines.note.signatures.count == 1, !contradicts(head), other == nil else {
                throw Refusal(
                    .mismatch, field: "anchor",
                    rule: "must agree with the receipts, with one signature line")
            }
        }
    }
}
