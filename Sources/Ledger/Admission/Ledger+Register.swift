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
        var drafts = statements.map { Draft($0) }
        // Read first: whoever looks something up after it sees every row below this head.
        let size = published.head.size
        do throws(LedgerError) {
            try findKnown(&drafts)
        } catch {
            return count(drafts.map { $0.refused(storage(error)) })
        }
        if drafts.contains(where: { $0.known != nil }), !areCovered(drafts) {
            // Durable in a batch whose head is being signed: an empty chunk is answered after it.
            _ = await enqueue([])
        }
        admit(&drafts, gate)
        do throws(LedgerError) {
            try findNonces(&drafts, after: size)
        } catch {
            let refusal = storage(error)
            return count(drafts.map { $0.isOpen ? $0.refused(refusal) : answer($0) })
        }
        let candidates = drafts.compactMap(\.candidate)
        guard !candidates.isEmpty else { return count(drafts.map(answer)) }
        await order.wait(for: number)
        guard let result = await enqueue(candidates, then: { order.pass(number) }) else {
            let refusal = Refusal(
                .busy, field: "ledger", rule: "has too much to do; send it again later")
            return count(drafts.map { $0.isOpen ? $0.refused(refusal) : answer($0) })
        }
        var outcomes = result.outcomes.makeIterator()
        return count(
            drafts.map { draft in
                guard draft.candidate != nil, let outcome = outcomes.next() else {
                    return answer(draft)
                }
                return answer(draft, outcome, result.batch)
            })
    }

    /// Whether the newest head covers every known one.
    private func areCovered(_ drafts: [Draft]) -> Bool {
        let size = published.head.size
        return drafts.allSatisfy { ($0.known ?? 0) < size }
    }

    /// Looks the nonces of all candidates up, so that the sequencer, which is one, need not.
    private func findNonces(
        _ drafts: inout [Draft], after size: UInt64
    ) throws(LedgerError) {
        let store = published.store
        let positions = drafts.indices.filter { drafts[$0].candidate != nil }
        let nonces = positions.compactMap { drafts[$0].candidate?.nonce }
        for (position, index) in zip(positions, try store.indexes(of: nonces, in: store.nonces)) {
            drafts[position].candidate?.lookup = NameLookup(size: size, nonceIndex: index)
        }
    }

    /// Looks all names up: one bloom-filtered point read each, the only I/O before the queue.
    private func findKnown(_ drafts: inout [Draft]) throws(LedgerError) {
        let store = published.store
        let positions = drafts.indices.filter { drafts[$0].submission != nil }
        let names = positions.compactMap { drafts[$0].submission?.id.hash }
        for (position, index) in zip(positions, try store.indexes(of: names, in: store.ids)) {
            drafts[position].known = index
        }
    }

    private func admit(_ drafts: inout [Draft], _ gate: (any AdmissionGate)?) {
        let head = published.head
        let admission = Admission(
            registry: published.registry, size: head.size, now: clock(), gate: gate)
        for position in drafts.indices where drafts[position].known == nil {
            guard let submission = drafts[position].submission else {
                gate?.refused()
                continue
            }
            do throws(Refusal) {
                drafts[position].candidate = try admission.admit(submission)
            } catch {
                drafts[position].refusal = error
                if error.reason != .rate { gate?.refused() }
            }
        }
    }

    /// Waits for the sequencer's answer to one chunk; nil, at once, where the queue is full.
    private func enqueue(
        _ candidates: [Candidate], then: () -> Void = {}
    ) async -> ChunkAnswer? {
        let byteCount = candidates.reduce(0) { $0 + $1.byteCount }
        return await withCheckedContinuation { continuation in
            let chunk = SequencerQueue.Chunk(
                candidates: candidates, continuation: continuation, byteCount: byteCount)
            if !sequencer.queue.append(chunk) { continuation.resume(returning: nil) }
            then()
        }
    }

    private func answer(
        _ draft: Draft, _ outcome: Outcome, _ batch: CommittedBatch?
    ) -> Registration {
        guard let id = draft.submission?.id else { return answer(draft) }
        switch outcome {
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

    private func answer(_ draft: Draft) -> Registration {
        if let refusal = draft.refusal { return draft.refused(refusal) }
        guard let id = draft.submission?.id, let index = draft.known else {
            return draft.refused(storage(.closed))
        }
        return knownAnswer(id, index)
    }

    private func knownAnswer(_ id: EntryID, _ index: UInt64) -> Registration {
        do throws(LedgerError) {
            guard let receipt = try receipt(at: index) else {
                // Durable, and its head is about to be signed.
                let refusal = Refusal(
                    .busy, field: "ledger", rule: "is signing the head; send it again")
                return .refused(refusal, id)
            }
            return .known(id, receipt: receipt)
        } catch {
            return .refused(storage(error), id)
        }
    }

    private func count(_ answers: [Registration]) -> [Registration] {
        for answer in answers {
            let result =
                switch answer {
                case .registered: "registered"
                case .known: "known"
                case .refused(let refusal, _): refusal.reason.rawValue
                }
            admissions.increment(result)
        }
        return answers
    }

    /// A store that could not be opened again after a failure is closed; the reason says more.
    private func storage(_ error: LedgerError) -> Refusal {
        let reason = error == .closed ? published.readiness : nil
        return Refusal(.storage, field: "ledger", rule: reason ?? "\(error)")
    }
}

/// One statement on its way through ``Ledger/register(_:)``.
private struct Draft {
    var submission: Submission?
    var known: UInt64?
    var candidate: Candidate?
    var refusal: Refusal?

    init(_ bytes: [UInt8]) {
        do throws(Refusal) {
            submission = try Submission(bytes)
        } catch {
            refusal = error
        }
    }

    /// Whether nothing is decided about it yet.
    var isOpen: Bool { known == nil && refusal == nil }

    func refused(_ refusal: Refusal) -> Registration {
        .refused(refusal, submission?.id)
    }
}
