import Encoding
import LedgerStore
import Manifests
import Merkle
import Metrics
import Provenance

extension Ledger {
    /// Registers `statements`, each a statement in its transport form, and answers in order.
    ///
    /// A statement that is known is answered first, before any check of key, policy, clock or
    /// manifest. All others are admitted on the caller's task and wait for the sequencer as one
    /// chunk. What is answered with a receipt is durable.
    /// `gate` is what limits the sender's rate.
    public func register(
        _ statements: [[UInt8]], gate: (any AdmissionGate)? = nil
    ) async -> [Registration] {
        await register(statements, number: 0, in: ChunkOrder(), gate: gate)
    }

    /// Registers one of several chunks that are on their way at the same time: they enter the
    /// queue in the order of their numbers, so their entries get rising indexes.
    public func register(
        _ statements: [[UInt8]], number: Int, in order: ChunkOrder,
        gate: (any AdmissionGate)? = nil
    ) async -> [Registration] {
        // Whatever becomes of this chunk, the next one must not wait for ever.
        defer { order.pass(number) }
        var prepared = prepare(statements, gate)
        guard needsSequencer(prepared.drafts) else { return answers(to: prepared.drafts, nil) }
        await order.wait(for: number)
        settle(&prepared, behindUndecided: order.hasUndecided, gate)
        let chunk = prepared
        guard needsSequencer(chunk.drafts) else { return answers(to: chunk.drafts, nil) }
        let decision = await withCheckedContinuation { continuation in
            order.enter()
            enqueue(chunk) { decision in
                order.leave()
                continuation.resume(returning: decision)
            }
            order.pass(number)
        }
        return answers(to: chunk.drafts, decision, gate)
    }

    /// Registers one statement without a task that waits for it.
    ///
    /// Admits it on the caller's thread. Returns the answer where the sequencer is not needed for
    /// it; else returns nil and calls `decided`, once, on a thread that must not be kept: the
    /// sequencer's, or this one before it returns.
    public func register(
        _ statement: [UInt8], gate: (any AdmissionGate)? = nil,
        decided: @escaping @Sendable (DecidedRegistration) -> Void
    ) -> Registration? {
        var prepared = prepare([statement], gate)
        settle(&prepared, behindUndecided: false, gate)
        let chunk = prepared
        guard needsSequencer(chunk.drafts) else { return answers(to: chunk.drafts, nil).first }
        enqueue(chunk) { decision in
            decided(DecidedRegistration { self.answers(to: chunk.drafts, decision, gate)[0] })
        }
        return nil
    }

    // MARK: - Before the queue

    /// Reads, looks up and admits: everything that can be done side by side.
    private func prepare(_ statements: [[UInt8]], _ gate: (any AdmissionGate)?) -> PreparedChunk {
        // Read first: whoever looks something up after it sees every row below this head.
        var chunk = PreparedChunk(statements, lookedUpAt: published.head.size)
        do throws(LedgerError) {
            try lookUp(&chunk.drafts)
            chunk.admit(by: admission(by: outlook.registry, gate))
        } catch {
            fail(&chunk, error)
        }
        return chunk
    }

    /// Returns what judges a chunk: by `registry`, or by the published one.
    private func admission(
        by registry: Registry?, _ gate: (any AdmissionGate)?
    ) -> Admission {
        let (head, newest) = published.headAndRegistry
        return Admission(by: registry ?? newest, size: head.size, now: clock(), gate: gate)
    }

    /// Looks all names up, so that the sequencer, which is one, need not: a bloom-filtered point
    /// read for each that is new, the only I/O before the queue.
    ///
    /// What cannot be read as a statement has never been registered.
    private func lookUp(_ drafts: inout [Draft]) throws(LedgerError) {
        var positions: [Int] = []
        var statements: [NamedStatement] = []
        for (position, draft) in drafts.enumerated() {
            guard case .success(let statement) = draft.named else { continue }
            positions.append(position)
            statements.append(statement)
        }
        for (position, stored) in zip(positions, try published.store.names(of: statements)) {
            drafts[position].stored = stored
        }
    }

    private func fail(_ chunk: inout PreparedChunk, _ error: LedgerError) {
        let refusal = storage(error)
        for position in chunk.drafts.indices where chunk.drafts[position].isOpen {
            chunk.drafts[position].candidate = nil
            chunk.drafts[position].refusal = refusal
        }
    }

    /// Decides which refusals are final, now that all that comes before the chunk in its request
    /// is in the queue.
    ///
    /// Where nothing is ordered before a statement, the registry that is in force now decides. All
    /// others are decided by the sequencer, at their place.
    private func settle(
        _ chunk: inout PreparedChunk, behindUndecided: Bool, _ gate: (any AdmissionGate)?
    ) {
        guard chunk.hasContested else { return }
        // Read before the published registry, which has in it whatever waits no longer.
        let outlook = outlook.registry
        let current = admission(by: outlook, gate)
        if current.registry.newest != chunk.base { chunk.admitAgain(by: current) }
        guard outlook == nil, !behindUndecided, !chunk.hasAdmitted else { return }
        if published.head.size > chunk.lookedUpAt {
            // One of them may have been registered since.
            do throws(LedgerError) {
                try lookUp(&chunk.drafts)
            } catch {
                return fail(&chunk, error)
            }
        }
        chunk.refuse(gate)
    }

    // MARK: - The queue

    /// Whether anything has to be ordered, or is durable in a batch whose head is being signed:
    /// that is answered after the sequencer's next turn.
    private func needsSequencer(_ drafts: [Draft]) -> Bool {
        let size = published.head.size
        return drafts.contains { $0.candidate != nil || ($0.known ?? 0) >= size }
    }

    /// Has the sequencer decide about all candidates as one chunk; nil, at once, where the queue
    /// is full.
    private func enqueue(
        _ prepared: PreparedChunk, decided: @escaping @Sendable (ChunkAnswer?) -> Void
    ) {
        let candidates = prepared.drafts.compactMap(\.candidate)
        let chunk = SequencerQueue.Chunk(
            candidates: candidates, controls: prepared.controls,
            byteCount: candidates.reduce(0) { $0 + $1.byteCount }, decided: decided)
        if let registry = prepared.registry { outlook.add(chunk.controls, leadingTo: registry) }
        if !sequencer.queue.append(chunk) {
            outlook.remove(chunk.controls)
            decided(nil)
        }
    }

    // MARK: - Answers

    /// Returns the answers, given what the sequencer decided about the candidates; nil where it
    /// was not asked, or did not take them.
    private func answers(
        to drafts: [Draft], _ decision: ChunkAnswer?, _ gate: (any AdmissionGate)? = nil
    ) -> [Registration] {
        var outcomes = (decision?.outcomes ?? []).makeIterator()
        return drafts.map { draft in
            let outcome = draft.candidate == nil ? nil : outcomes.next()
            if let candidate = draft.candidate, candidate.refusal != nil {
                settle(candidate, outcome, gate)
            }
            let registration = answer(draft, outcome, decision?.batch)
            count(registration)
            return registration
        }
    }

    /// Counts what admission had not counted: a statement that a registry refused, and about which
    /// the sequencer has decided.
    private func settle(
        _ candidate: Candidate, _ outcome: Outcome?, _ gate: (any AdmissionGate)?
    ) {
        switch outcome {
        case .registered: _ = gate?.take(issuer: candidate.statement.issuer)
        case .refused(let refusal) where refusal.reason != .busy && refusal.reason != .storage:
            if candidate.judge != nil { gate?.refused() }
        case .known, .refused, nil: break
        }
    }

    private func answer(
        _ draft: Draft, _ outcome: Outcome?, _ batch: CommittedBatch?
    ) -> Registration {
        if let refusal = draft.refusal { return draft.refused(refusal) }
        guard let id = draft.submission?.id else { return draft.refused(storage(.closed)) }
        switch outcome ?? draft.known.map({ .known($0) }) {
        case nil:
            return draft.refused(
                Refusal(
                    .busy, field: "ledger", rule: "has too much to do; send it again later"))
        case .refused(let refusal):
            return .refused(refusal, id)
        case .registered(let index):
            guard let batch else { return .refused(storage(.closed), id) }
            let proof = batch.tree.inclusionProof(of: index)
            return .registered(id, receipt: batch.receipt.receipt(proof))
        case .known(let index):
            if let batch, index >= batch.tree.base.size {
                let proof = batch.tree.inclusionProof(of: index)
                return .known(id, receipt: batch.receipt.receipt(proof))
            }
            return knownAnswer(id, index)
        }
    }

    private func knownAnswer(_ id: EntryID, _ index: UInt64) -> Registration {
        do throws(LedgerError) {
            guard let receipt = try receipt(at: index) else {
                // In a batch whose head is not signed: not yet, or not while writing has stopped.
                if let reason = published.readiness {
                    return .refused(
                        Refusal(.storage, field: "ledger", rule: reason), id)
                }
                let refusal = Refusal(
                    .busy, field: "ledger", rule: "is signing the head; send it again")
                return .refused(refusal, id)
            }
            return .known(id, receipt: receipt)
        } catch {
            return .refused(storage(error), id)
        }
    }

    private func count(_ answer: Registration) {
        switch answer {
        case .registered: admissions.increment("registered")
        case .known: admissions.increment("known")
        case .refused(let refusal, _): admissions.increment(refusal.reason.rawValue)
        }
    }

    /// A store that could not be opened again after a failure is closed; the reason says more.
    private func storage(_ error: LedgerError) -> Refusal {
        let reason = error == .closed ? published.readiness : nil
        return Refusal(.storage, field: "ledger", rule: reason ?? "\(error)")
    }
}

/// A statement that the sequencer has decided about.
public struct DecidedRegistration: Sendable {
    private let make: @Sendable () -> Registration

    init(_ make: @escaping @Sendable () -> Registration) {
        self.make = make
    }

    /// Assembles the answer, with its receipt; ask once, where it may take some time.
    public func registration() -> Registration { make() }
}
