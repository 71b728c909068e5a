import Encoding
import LedgerStore
import Manifests
import Merkle
public import Provenance

extension Ledger {
    /// Time after a batch in which more is expected: clients that register one after the other come
    /// this often.
    private static let registeringTime = Duration.milliseconds(100)

    /// Whether entries are registered at this time: work for readers rests then.
    public var isRegistering: Bool { sequencer.queue.hasWorked(within: Self.registeringTime) }

    /// Registers `statements`, each a statement in its transport form, and answers in order.
    ///
    /// A statement that is known is answered first, before any check of key, policy, clock or
    /// manifest. All others are admitted on the caller's task and wait for the sequencer as one
    /// chunk. A statement that is answered with a receipt is durable. `gate` is what limits the
    /// sender's rate.
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
        // The next chunk must not wait for ever, also after a failure of this one.
        defer { order.pass(number) }
        var chunk = prepare(statements, gate)
        guard needsSequencer(chunk) else { return answers(chunk) }
        await order.wait(for: number)
        settle(&chunk, behindUndecided: order.hasUndecided, gate)
        guard needsSequencer(chunk) else { return answers(chunk) }
        let ordered = chunk
        let answer = await withCheckedContinuation { continuation in
            order.enter()
            enqueue(ordered) { answer in
                order.leave()
                continuation.resume(returning: answer)
            }
            order.pass(number)
        }
        return answers(ordered, answer, gate)
    }

    /// Registers statements that came at the same time, each alone, without a task that waits.
    ///
    /// Each is judged, ordered and answered by itself, in this order. What they share is what
    /// costs less together: the look at the store for their names, and at what is published.
    /// Admits them on the caller's thread.
    public func register(_ statements: [LoneStatement]) {
        // Read first: a lookup after it sees every row below this head.
        let size = published.size
        var chunks = statements.map { PreparedChunk([$0.bytes], lookedUpAt: size) }
        var failure: Refusal?
        do throws(LedgerError) {
            try PreparedChunk.lookUp(&chunks, in: published.store)
        } catch {
            failure = storage(error)
        }
        var judge = admission(by: outlook.registry, nil)
        for (position, statement) in statements.enumerated() {
            if let failure {
                chunks[position].fail(failure)
            } else {
                judge.gate = statement.gate
                chunks[position].admit(by: &judge)
                settle(&chunks[position], behindUndecided: false, statement.gate)
            }
            order(chunks[position], of: statement)
            // A statement of one sender led it on, or a newer registry is published.
            if failure == nil, judge.registry.newest != chunks[position].base {
                judge = admission(by: outlook.registry, nil)
            }
        }
    }

    /// Has the sequencer decide about a statement that came alone, where that is needed.
    private func order(_ chunk: PreparedChunk, of statement: LoneStatement) {
        guard needsSequencer(chunk) else {
            return statement.decided(DecidedRegistration(answers(chunk)[0]))
        }
        enqueue(chunk) { answer in
            statement.decided(
                DecidedRegistration(outcome: answer?.outcomes.first) {
                    self.answers(chunk, answer, statement.gate)[0]
                })
        }
    }

    // MARK: - Before the queue

    /// Reads, looks up and admits: everything that can be done side by side.
    private func prepare(_ statements: [[UInt8]], _ gate: (any AdmissionGate)?) -> PreparedChunk {
        // Read first: a lookup after it sees every row below this head.
        var chunk = PreparedChunk(statements, lookedUpAt: published.size)
        do throws(LedgerError) {
            try chunk.lookUp(in: published.store)
            var judge = admission(by: outlook.registry, gate)
            chunk.admit(by: &judge)
        } catch {
            chunk.fail(storage(error))
        }
        return chunk
    }

    /// Returns what judges a chunk: by `registry`, or by the published one.
    private func admission(
        by registry: Registry?, _ gate: (any AdmissionGate)?
    ) -> Admission {
        let (head, newest) = published.headAndRegistry
        return Admission(
            by: registry ?? newest, size: head.size, now: clock(), gate: gate,
            takesHashes: sequencer.freshHashes.isWanted)
    }

    /// Decides which refusals are final, now that all that comes before the chunk in its request
    /// is in the queue.
    ///
    /// Where nothing is ordered before a statement, the registry that is in force now decides. All
    /// others are decided by the sequencer, at their place. While the ledger is not ready, nothing
    /// says that this registry is the newest: an old copy lacks the keys that were added since.
    private func settle(
        _ chunk: inout PreparedChunk, behindUndecided: Bool, _ gate: (any AdmissionGate)?
    ) {
        guard chunk.hasContested else { return }
        if let reason = published.readiness {
            chunk.postpone(Refusal(.storage, field: "ledger", rule: reason.words))
        }
        // Read before the published registry, which has all that waits no longer.
        let outlook = outlook.registry
        let current = admission(by: outlook, gate)
        if current.registry.newest != chunk.base { chunk.admitAgain(by: current) }
        guard outlook == nil, !behindUndecided, !chunk.hasAdmitted else { return }
        if published.size > chunk.lookedUpAt {
            // One of them may have been registered since.
            do throws(LedgerError) {
                try chunk.lookUp(in: published.store)
            } catch {
                return chunk.fail(storage(error))
            }
        }
        chunk.refuse(gate)
    }

    // MARK: - The queue

    /// Whether anything has to be ordered, or is durable in a batch whose head is being signed:
    /// that is answered after the sequencer's next turn.
    private func needsSequencer(_ chunk: PreparedChunk) -> Bool {
        let size = published.size
        return chunk.drafts.contains { draft in
            switch draft.stage {
            case .candidate: true
            case .decided(.known(let index)): index >= size
            case .open, .decided: false
            }
        }
    }

    /// Has the sequencer decide about all candidates as one chunk; nil, at once, where the queue
    /// is full, or as many keys wait for their rows as may.
    private func enqueue(
        _ prepared: PreparedChunk, decided: @escaping @Sendable (ChunkAnswer?) -> Void
    ) {
        let candidates = prepared.candidates
        let room = KeyPortions.Room(
            entries: candidates.count, records: candidates.reduce(0) { $0 + $1.keys.count })
        guard published.portions.reserve(room, below: published.size) else {
            return decided(nil)
        }
        let decided: @Sendable (ChunkAnswer?) -> Void = { [portions = published.portions] answer in
            portions.release(room)
            decided(answer)
        }
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

    /// Returns the answers to a chunk that did not need the sequencer.
    private func answers(_ chunk: PreparedChunk) -> [Registration] {
        chunk.drafts.map { answer($0, nil) }
    }

    /// Returns the answers to a chunk, given what the sequencer decided about its candidates; nil
    /// where it did not take them.
    private func answers(
        _ chunk: PreparedChunk, _ answer: ChunkAnswer?, _ gate: (any AdmissionGate)?
    ) -> [Registration] {
        var chunk = chunk
        if let answer {
            chunk.decide(answer.outcomes, gate)
        } else {
            chunk.fail(
                Refusal(.busy, field: "ledger", rule: "has too much to do; send it again later"))
        }
        return chunk.drafts.map { self.answer($0, answer?.batch) }
    }

    private func answer(_ draft: Draft, _ batch: CommittedBatch?) -> Registration {
        let registration = registration(draft, batch)
        admissions.count(registration)
        return registration
    }

    private func registration(_ draft: Draft, _ batch: CommittedBatch?) -> Registration {
        switch (draft.outcome, draft.id) {
        case (.refused(let refusal), let id):
            return .refused(refusal, id)
        case (.registered(let index), let id?):
            guard let batch else { return .refused(storage(.closed), id) }
            guard !holdsBack else {
                return self.published(.unpublished(id, index: index, isKnown: false))
            }
            return .registered(id, receipt: batch.receipt(of: index))
        case (.known(let index), let id?):
            if let batch, index >= batch.tree.base.size, !holdsBack {
                return .known(id, receipt: batch.receipt(of: index))
            }
            return knownAnswer(id, index)
        case (.registered, nil), (.known, nil), (nil, _):
            preconditionFailure(
                "what has no name is refused, and no answer comes before its outcome")
        }
    }

    /// Says of a name what a known statement is answered; nil where there is no such entry.
    ///
    /// Nothing is registered or counted. While the ledger is not ready nothing says that this copy
    /// has all entries, so nothing is said to be missing.
    public func known(_ id: EntryID) -> Registration? {
        do throws(LedgerError) {
            if let index = try published.store.index(of: id.hash) { return knownAnswer(id, index) }
        } catch {
            return .refused(storage(error), id)
        }
        return published.readiness.map { reason in
            .refused(Refusal(.storage, field: "ledger", rule: reason.words), id)
        }
    }

    private func knownAnswer(_ id: EntryID, _ index: UInt64) -> Registration {
        do throws(LedgerError) {
            guard let receipt = try receipt(at: index) else {
                if holdsBack, index < published.head.size {
                    return .unpublished(id, index: index, isKnown: true)
                }
                // In a batch whose head is not signed: not yet, or not while writing has stopped.
                if let reason = published.readiness {
                    return .refused(
                        Refusal(.storage, field: "ledger", rule: reason.words), id)
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

    /// A store that could not be opened again after a failure is closed; the reason says more.
    func storage(_ error: LedgerError) -> Refusal {
        let reason = error == .closed ? published.readiness?.words : nil
        return Refusal(.storage, field: "ledger", rule: reason ?? "\(error)")
    }
}
