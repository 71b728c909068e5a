import LedgerStore
import Manifests
import Provenance

/// The statements that were sent together, from their arrival to their answers.
struct PreparedChunk {
    private(set) var drafts: [Draft]

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

    /// What the sequencer is to decide about, in the order of the statements.
    var candidates: [Candidate] { drafts.compactMap(\.candidate) }

    /// Looks all names up, so that the sequencer, which is one, need not: a bloom-filtered point
    /// read for each that is new, the only I/O before the queue.
    mutating func lookUp(in store: Store) throws(LedgerError) {
        found(try store.names(of: readable)[...])
    }

    /// Looks up the names of several chunks: together they cost less than apart.
    static func lookUp(_ chunks: inout [PreparedChunk], in store: Store) throws(LedgerError) {
        var stored = try store.names(of: chunks.flatMap(\.readable))[...]
        for position in chunks.indices {
            let count = chunks[position].readable.count
            chunks[position].found(stored.prefix(count))
            stored = stored.dropFirst(count)
        }
    }

    /// The statements in it: what cannot be read as one has never been registered.
    private var readable: [NamedStatement] {
        drafts.compactMap { draft in
            if case .success(let statement) = draft.named { statement } else { nil }
        }
    }

    /// Takes what the store has under the names of the ``readable``, one for one.
    private mutating func found(_ stored: ArraySlice<StoredNames>) {
        var stored = stored
        for position in drafts.indices {
            guard case .success = drafts[position].named, let names = stored.popFirst() else {
                continue
            }
            drafts[position].found(names)
        }
        precondition(stored.isEmpty, "each statement that is looked up takes its names")
    }

    /// Admits the statements that the store does not know; refused ones stay contested.
    ///
    /// The judge goes on with the registry that the chunk's control statements make of its own.
    mutating func admit(by judge: inout Admission) {
        base = judge.registry.newest
        for position in drafts.indices {
            switch drafts[position].stage {
            case .open, .candidate: admit(position, &judge)
            // It is no COSE message: nothing else is refused before it is judged.
            case .decided(.refused): judge.gate?.refused()
            case .decided: break
            }
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
                size: lookedUpAt, nonceIndex: drafts[position].nonceIndex)
            // What no registry decides is counted at once, before the next one is looked at.
            if candidate.refusal != nil, candidate.judge == nil { judge.gate?.refused() }
            drafts[position].propose(candidate)
        } catch {
            drafts[position].decide(.refused(error))
            if error.reason != .rate { judge.gate?.refused() }
        }
    }

    private mutating func note(_ judge: Admission) {
        controls = drafts.count { draft in
            draft.candidate.map { $0.isControl && $0.refusal == nil } ?? false
        }
        registry = controls > 0 ? judge.registry : nil
    }

    // MARK: - Outcomes

    /// Has the statements sent again later that only a newer registry could judge; counts none of
    /// them as one that should not have been sent.
    mutating func postpone(_ reason: Refusal) {
        for position in drafts.indices {
            guard let candidate = drafts[position].candidate, candidate.judge != nil,
                let refusal = candidate.refusal, refusal.reason.isOfThisRegistry
            else { continue }
            drafts[position].decide(.refused(reason))
        }
    }

    /// Makes all refusals final: nothing that is to be ordered comes before them.
    mutating func refuse(_ gate: (any AdmissionGate)?) {
        for position in drafts.indices {
            guard let candidate = drafts[position].candidate, let refusal = candidate.refusal
            else { continue }
            drafts[position].decide(.refused(refusal))
            if candidate.judge != nil { gate?.refused() }
        }
    }

    /// Refuses everything that is not decided about.
    mutating func fail(_ refusal: Refusal) {
        for position in drafts.indices where drafts[position].outcome == nil {
            drafts[position].decide(.refused(refusal))
        }
    }

    /// Takes what the sequencer decided about the ``candidates``, one for one.
    mutating func decide(_ outcomes: [Outcome], _ gate: (any AdmissionGate)?) {
        let waiting = drafts.indices.filter { drafts[$0].candidate != nil }
        precondition(waiting.count == outcomes.count, "each candidate has one outcome")
        for (position, outcome) in zip(waiting, outcomes) {
            guard let candidate = drafts[position].candidate else { continue }
            drafts[position].decide(outcome)
            if candidate.refusal != nil { Self.count(candidate, outcome, gate) }
        }
    }

    /// Counts what admission had not counted: a statement that a registry refused, and about which
    /// the sequencer has decided.
    private static func count(
        _ candidate: Candidate, _ outcome: Outcome, _ gate: (any AdmissionGate)?
    ) {
        switch outcome {
        case .registered: _ = gate?.take(issuer: candidate.statement.issuer)
        case .refused(let refusal) where refusal.reason != .busy && refusal.reason != .storage:
            if candidate.judge != nil { gate?.refused() }
        case .known, .refused: break
        }
    }
}

extension Refusal.Reason {
    /// Whether a newer registry may admit what this one refuses.
    ///
    /// It may have the key, another state of it, or another policy. A key keeps its issuer, and a
    /// ledger its name.
    fileprivate var isOfThisRegistry: Bool {
        switch self {
        case .unknownKey, .keyState, .lockOut, .role, .predicate, .algorithm, .tooLarge, .clock,
            .outOfTurn:
            true
        case .malformed, .unknownType, .schema, .mismatch, .missingManifest, .signature, .issuer,
            .audience, .conflict, .rate, .busy, .storage:
            false
        }
    }
}
