import Checkpoints
import Encoding
import Manifests
import Merkle

extension EvidenceChecker.Answer {
    /// The answer for a person, in lower case and without a full stop.
    var words: String {
        switch self {
        case .holds(let held): "its head existed by \(Instant(held.time)), says \(held.authority)"
        case .unknown(let words), .notChecked(let words), .refuted(let words): words
        }
    }
}

/// The fifth step: the independent evidence that a head which holds the entry existed
/// (record.md §5).
///
/// Takes the parsed record, the proven heads, the heads believed so far, and the checkers. This
/// step finds out that each anchor is about the entry and a head of its log; whether its evidence
/// holds is its checker's answer, and without a checker it is *not checked here*.
struct EvidenceFound {
    /// The heads that are believed after this step.
    private(set) var believed: BelievedHeads

    /// What was found about timestamps and other anchors.
    private(set) var findings: [Finding] = []

    /// The heads that hold the entry and that evidence covers, and the time that it gives.
    private(set) var covered: [(head: Checkpoint, time: UInt64)] = []

    private let heads: [ProvenHeads.Head]
    private let leaf: Hash

    /// Examines the anchors of `record`.
    init(
        in record: ParsedRecord, about heads: ProvenHeads, believing believed: BelievedHeads,
        by checkers: [EvidenceChecker], _ reader: inout HeadReader
    ) {
        self.believed = believed
        self.heads = heads.heads
        leaf = .leaf(record.statement.leaf)
        var unchecked: [Check: Int] = [:]
        for map in record.file.anchors {
            if let check = examine(map, by: checkers, &reader) {
                unchecked[check, default: 0] += 1
            }
        }
        for check in [Check.timestamp, .anchor] {
            if let count = unchecked[check] {
                findings.note(
                    check, .notChecked, "carries \(count); this program cannot check them")
            } else if !findings.contains(where: { $0.check == check }) {
                findings.note(check, .absent, "carries none")
            }
        }
    }

    /// Notes what one anchor is worth; returns what it would show where no checker was given.
    private mutating func examine(
        _ map: CBORMap, by checkers: [EvidenceChecker], _ reader: inout HeadReader
    ) -> Check? {
        var check = Check.anchor
        do throws(Refusal) {
            let anchor = try Anchor(map)
            if anchor.type == Anchor.timestamp { check = .timestamp }
            let (head, isBelieved) = try checkHead(of: anchor, &reader)
            guard let checker = checkers.first(where: { $0.type == anchor.type }) else {
                if Anchor.types.contains(anchor.type) { return check }
                findings.note(
                    check, .unknown, "one is of a type not known here, \(anchor.type)")
                return nil
            }
            guard isBelieved else {
                findings.note(
                    check, .unknown, "one is of a head that no key that the kit knows signed")
                return nil
            }
            let answer = checker.check(anchor)
            if case .holds(let held) = answer { covered.append((head, held.latest)) }
            findings.note(check, Verdict(answer), answer.words)
        } catch {
            findings.note(check, Verdict(error, in: .anchor), "\(error)")
        }
        return nil
    }

    /// Checks what can be known without understanding the evidence; returns the anchor's head, and
    /// whether a known key signed it.
    private mutating func checkHead(
        of anchor: Anchor, _ reader: inout HeadReader
    ) throws(Refusal) -> (head: Checkpoint, isBelieved: Bool) {
        let signed: SignedCheckpoint
        let isBelieved: Bool
        do throws(CheckpointRefusal) {
            let reading = try reader.read(anchor.checkpoint)
            signed = reading.signed
            isBelieved = try reading.isKnown(
                about: (anchor.inclusion.treeSize, anchor.inclusion.root(from: leaf)))
        } catch {
            throw Refusal(.mismatch, field: "anchor", rule: "its checkpoint \(error)")
        }
        let head = signed.claim
        // A head that no known key signed must agree too, but is not believed for it.
        let agrees = isBelieved ? believed.add(head) : !believed.contradict(head)
        let isElsewhere = heads.contains {
            $0.origin == head.origin && $0.index != anchor.inclusion.leafIndex
        }
        guard signed.note.signatures.count == 1, agrees, !isElsewhere else {
            throw Refusal(
                .mismatch, field: "anchor",
                rule: "must agree with the receipts, with one signature line")
        }
        return (head, isBelieved)
    }
}
