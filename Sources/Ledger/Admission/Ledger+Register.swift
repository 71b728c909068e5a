import Encoding
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
        let drafts = prepare(statements, gate)
        guard needsSequencer(drafts) else { return answers(to: drafts, nil) }
        await order.wait(for: number)
        let decision = await withCheckedContinuation { continuation in
            enqueue(drafts) { continuation.resume(returning: $0) }
            order.pass(number)
        }
        return answers(to: drafts, decision)
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
        let drafts = prepare([statement], gate)
        guard needsSequencer(drafts) else { return answers(to: drafts, nil).first }
        enqueue(drafts) { decision in
            decided(DecidedRegistration { self.answers(to: drafts, decision)[0] })
        }
        return nil
    }

    // MARK: - Before the queue

    /// Reads, looks up and admits: everything that can be done side by side.
    private func prepare(_ statements: [[UInt8]], _ gate: (any AdmissionGate)?) -> [Draft] {
        var drafts = statements.map { Draft($0) }
        // Read first: whoever looks something up after it sees every row below this head.
        let size = published.head.size
        do throws(LedgerError) {
            try lookUp(&drafts)
            admit(&drafts, lookedUpAt: size, gate)
        } catch {
            let refusal = storage(error)
            for position in drafts.indices where drafts[position].isOpen {
                drafts[position].refusal = refusal
            }
        }
        return drafts
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

    private func admit(
        _ drafts: inout [Draft], lookedUpAt size: UInt64, _ gate: (any AdmissionGate)?
    ) {
        let (head, registry) = published.headAndRegistry
        let admission = Admission(
            registry: registry, size: head.size, now: clock(), gate: gate)
        for position in drafts.indices where drafts[position].known == nil {
            guard drafts[position].submission != nil else {
                gate?.refused()
                continue
            }
            do throws(Refusal) {
                var candidate = try admission.admit(drafts[position])
                candidate.lookup = NameLookup(
                    size: size, nonceIndex: drafts[position].stored.nonceIndex)
                drafts[position].candidate = candidate
            } catch {
                drafts[position].refusal = error
                if error.reason != .rate { gate?.refused() }
            }
        }
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
        _ drafts: [Draft], decided: @escaping @Sendable (ChunkAnswer?) -> Void
    ) {
        let candidates = drafts.compactMap(\.candidate)
        let chunk = SequencerQueue.Chunk(
            candidates: candidates, byteCount: candidates.reduce(0) { $0 + $1.byteCount },
            decided: decided)
        if !sequencer.queue.append(chunk) { decided(nil) }
    }

    // MARK: - Answers

    /// Returns the answers, given what the sequencer decided about the candidates; nil where it
    /// was not asked, or did not take them.
    private func answers(to drafts: [Draft], _ decision: ChunkAnswer?) -> [Registration] {
        var outcomes = (decision?.outcomes ?? []).makeIterator()
        return drafts.map { draft in
            let registration = answer(
                draft, draft.candidate == nil ? nil : outcomes.next(), decision?.batch)
            count(registration)
            return registration
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
