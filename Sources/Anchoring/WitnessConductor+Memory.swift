import Checkpoints
import Logging
import Merkle
import Synchronization

extension WitnessConductor {
    /// Asks every witness what it remembers of this log, all at once, and returns in
    /// `options.answerTime` at the latest (Schemas/anchoring.md §3).
    ///
    /// To be called before the log signs anything after a start; ``permission`` then says whether
    /// it may.
    package func memories() async -> [WitnessMemory] {
        let end = clock.elapsed() + options.answerTime
        await withTaskGroup(of: Void.self) { group in
            for index in clients.indices {
                group.addTask { await self.askMemory(of: index, until: end) }
            }
        }
        return state.withLock { $0.memories.compactMap { $0 } }
    }

    private func askMemory(of index: Int, until end: Duration) async {
        let answered = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.findMemory(of: index)
                return true
            }
            group.addTask { [clock] in
                // Where the witness was faster, nothing is left to wait for.
                try? await clock.sleepUntil(end)
                return false
            }
            let isFirst = await group.next() ?? false
            group.cancelAll()
            return isFirst
        }
        guard !answered, !Task.isCancelled else { return }
        let failure = WitnessFailure.unreachable("no answer in time")
        noteBad(index, failure)
        remember(.silent(failure), of: index)
    }

    /// Finds out what a witness remembers; keeps it.
    private func findMemory(of index: Int) async {
        var shown: WitnessMemory.Finding?
        do throws(WitnessClient.Refusal) {
            shown = try await lookIfShown(by: index)
            if let proof = shown?.proof { return noteBad(index, proof) }
            try await nameSize(index, shown)
        } catch {
            guard !Task.isCancelled else { return }
            noteBad(index, error.failure)
            let isLate = shown?.isMereWord == true && hasAgreed(index)
            remember(isLate ? .silent(error.failure) : shown ?? .silent(error.failure), of: index)
        }
    }

    /// Asks with our newest head, as if it were the one that the witness has: it cosigns that one,
    /// or names the size that it has.
    ///
    /// What it shows may be an hour old; this is not.
    private func nameSize(
        _ index: Int, _ shown: WitnessMemory.Finding?
    ) async throws(WitnessClient.Refusal) {
        let head = try fromLog { try log.newestSignedHead() }
        let headTime = try fromLog { try log.time(ofHeadOf: head.claim.size) }
        let answer = try await clients[index].add(
            head, headTime: headTime, from: head.claim.size, path: [], now: clock.seconds)
        switch answer {
        case .cosigned(let line):
            state.withLock { $0.known[index] = head.claim.size }
            try take(line, by: index, of: head)
        case .hasSize(let size):
            guard log.treeSize >= size else {
                noteBad(index, .remembersMore(size))
                // One that agreed before the policy was read again stops nothing any more.
                if !hasAgreed(index) { remember(.saysMore(size: size), of: index) }
                return
            }
            state.withLock { $0.known[index] = size }
            noteGood(index)
            let named: WitnessMemory.Finding = size == 0 ? .nothing : .says(size: size)
            // What it names now is newer than what it shows.
            remember(shown.flatMap { $0.isMereWord ? nil : $0 } ?? named, of: index)
        }
    }

    /// Looks at the checkpoint that a witness shows; nil where it shows none, or fails to, for it
    /// need not show anything.
    func lookIfShown(by index: Int) async throws(WitnessClient.Refusal) -> WitnessMemory.Finding? {
        let shown: SignedCheckpoint?
        do throws(WitnessClient.Refusal) {
            shown = try await clients[index].checkpoint(of: log.origin)
        } catch {
            shown = nil
        }
        guard let shown else { return nil }
        guard shown.claim.origin == log.origin.text else {
            noteForeign(index)
            return .foreign
        }
        guard log.hasSigned(shown) else {
            noteForeign(index)
            // An old copy does not know the key that its log was handed over to.
            let size = shown.claim.size
            return size > log.treeSize ? .saysMore(size: size) : .foreign
        }
        return try find(shown, by: index)
    }

    /// Says, once a witness, that it shows what nobody of us signed.
    private func noteForeign(_ index: Int) {
        let isFirst = state.withLock { $0.showsForeign.insert(index).inserted }
        guard isFirst else { return }
        logger.warning(
            "witness shows a checkpoint that no key of this log signed",
            metadata: name(of: index))
    }

    /// Finds what a head says that our key has signed; keeps what is a proof.
    private func find(
        _ shown: SignedCheckpoint, by index: Int
    ) throws(WitnessClient.Refusal) -> WitnessMemory.Finding {
        let size = shown.claim.size
        // Read after the answer is there: what a witness has seen by then, the log has.
        guard log.treeSize >= size else {
            remember(.signedMore(shown), of: index)
            return .signedMore(shown)
        }
        guard try fromLog({ try log.root(ofSize: size) }) != shown.claim.root else {
            return .agrees(size: size)
        }
        if remember(.splitView(shown), of: index) { allMetrics.sawSplitView() }
        try keep(shown, by: index)
        return .splitView(shown)
    }

    /// Keeps the proof that two trees were signed, once a witness; where that fails, it is tried
    /// again when the witness is looked at again.
    private func keep(
        _ shown: SignedCheckpoint, by index: Int
    ) throws(WitnessClient.Refusal) {
        guard !state.withLock({ $0.hasEvidence.contains(index) }) else { return }
        let isKept = try fromLog {
            let ours = try log.newestSignedHead()
            let (old, new) = (shown.claim.size, ours.claim.size)
            // A crash has taken the head of ours that would be the other half of the proof.
            guard old <= new else { return false }
            let path = old == new ? [] : try log.consistency(from: old, to: new)
            let root = try log.root(ofSize: old)
            let proof = try MisbehaviourProof(shown, ours, consistency: path, prefixRoot: root)
            try keepEvidence(proof, shown.claim)
            return true
        }
        if isKept { state.withLock { _ = $0.hasEvidence.insert(index) } }
    }

    // MARK: - What is remembered

    /// Keeps what a witness remembers, and tells of what follows from it; says whether it is news.
    ///
    /// A proof stays: nothing that the witness says later takes it back. Silence takes nothing
    /// back.
    @discardableResult
    func remember(_ finding: WitnessMemory.Finding, of index: Int) -> Bool {
        let witness = clients[index].witness.name
        let memory = WitnessMemory(
            of: witness, finding, isOverruled: options.overruled.contains(witness))
        let isNews = state.withLock { state in
            let old = state.memories[index]
            guard old != memory, old?.finding.proof == nil, old == nil || !finding.isSilence
            else { return false }
            state.memories[index] = memory
            return true
        }
        if isNews { tell(memory) }
        return isNews
    }

    /// Tells of a change of ``permission``, if `memory` has made one.
    ///
    /// One at a time, each with the newest: so the last that is told is what holds.
    private func tell(_ memory: WitnessMemory) {
        told.withLock { told in
            let newest = permission
            guard newest != told else { return }
            told = newest
            allMetrics.holds(!newest.isGranted)
            if memory.effect == .none {
                let name = ["witness": "\(memory.witness)" as Logger.MetadataValue]
                logger.notice("witness no longer holds signing", metadata: name)
            } else {
                logger.error("nothing more is signed", metadata: ["reason": "\(memory)"])
            }
            changed(newest)
        }
    }

    /// Asks our own log; where it fails, that is not the witness's fault.
    func fromLog<Value>(_ ask: () throws -> Value) throws(WitnessClient.Refusal) -> Value {
        do {
            return try ask()
        } catch {
            throw .init(failure: .log("\(error)"))
        }
    }

    func name(of index: Int) -> Logger.Metadata {
        ["witness": "\(clients[index].witness.name)"]
    }
}

extension WitnessMemory.Finding {
    /// What the log's own key has signed and that must not be; nil for every other finding.
    var proof: WitnessFailure? {
        switch self {
        case .signedMore(let head): .remembersMore(head.claim.size)
        case .splitView(let head): .splitView(size: head.claim.size)
        default: nil
        }
    }

    /// Whether it says nothing.
    fileprivate var isSilence: Bool {
        if case .silent = self { true } else { false }
    }
}
