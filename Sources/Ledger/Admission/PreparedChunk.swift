import LedgerStore
import Manifests
import Provenance

/// The statements that were sent together, from their arrival to the queue.
struct PreparedChunk {
    var drafts: [Draft]

    /// Size of a head that was published before their names were looked up.
    let lookedUpAt: UInt64

    /// The newest control statement of the registry that judged the first of them.
    private(set) var base: EntryID?

    /// What the chunk's own control statements lead to; nil where it has none.
    private(set) var registry: Registry?

    /// Number of control statements that are admitted.
    private(set) var controls = 0

    /// Statements that are sent, and of which nothing is known yet.
    init(_ statements: [[UInt8]], lookedUpAt size: UInt64) {
        drafts = statements.map { Draft($0) }
        lookedUpAt = size
    }

    /// Whether something in it was refused that is not final yet.
    var hasContested: Bool { drafts.contains { $0.candidate?.refusal != nil } }

    /// Whether something in it must be given its place.
    var hasAdmitted: Bool { drafts.contains { $0.candidate.map { $0.refusal == nil } ?? false } }

    /// Admits what the store does not know; what is refused stays contested.
    mutating func admit(by judge: Admission) {
        base = judge.registry.newest
        var judge = judge
        for position in drafts.indices where drafts[position].known == nil {
            guard drafts[position].submission != nil else {
                judge.gate?.refused()
                continue
            }
            admit(position, &judge)
        }
        note(judge)
    }

    /// Admits again what another registry has refused, and applies the control statements again.
    ///
    /// What that registry has admitted is left to the sequencer, which need not check its
    /// signature again.
    mutating func admitAgain(by judge: Admission) {
        base = judge.registry.newest
        var judge = judge
        for position in drafts.indices {
            guard let candidate = drafts[position].candidate, candidate.judge != nil,
                candidate.refusal != nil || candidate.isControl
            else { continue }
            admit(position, &judge)
        }
        note(judge)
    }

    private mutating func admit(_ position: Int, _ judge: inout Admission) {
        do throws(Refusal) {
            var candidate = try judge.admit(drafts[position])
            candidate.lookup = NameLookup(
                size: lookedUpAt, nonceIndex: drafts[position].stored.nonceIndex)
            // What no registry decides is counted at once, before the next one is looked at.
            if candidate.refusal != nil, candidate.judge == nil { judge.gate?.refused() }
            drafts[position].candidate = candidate
        } catch {
            drafts[position].candidate = nil
            drafts[position].refusal = error
            if error.reason != .rate { judge.gate?.refused() }
        }
    }

    private mutating func note(_ judge: Admission) {
        controls = drafts.count { draft in
            draft.candidate.map { $0.isControl && $0.refusal == nil } ?? false
        }
        registry = controls > 0 ? judge.registry : nil
    }

    /// Makes all refusals final: nothing that is to be ordered comes before them.
    mutating func refuse(_ gate: (any AdmissionGate)?) {
        for position in drafts.indices {
            guard let candidate = drafts[position].candidate, let refusal = candidate.refusal
            else { continue }
            drafts[position].candidate = nil
            guard drafts[position].known == nil else { continue }
            drafts[position].refusal = refusal
            if candidate.judge != nil { gate?.refused() }
        }
    }
}
