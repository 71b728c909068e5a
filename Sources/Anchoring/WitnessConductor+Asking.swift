import Checkpoints
import Logging
import Merkle
import Synchronization

extension WitnessConductor {
    /// What came of asking a witness in a round.
    enum Outcome {
        case cosigned(CheckedLine)

        /// It has seen a newer head of ours already.
        case isAhead
    }

    /// Asks one witness to cosign a round's head, and keeps what it answers.
    func ask(_ job: ConductorState.Job) async {
        let ending: RoundSchedule.Ending
        do throws(WitnessClient.Refusal) {
            switch try await cosign(job) {
            case .cosigned(let line):
                try take(line, by: job.index, of: job.head)
            case .isAhead:
                noteGood(job.index)
            }
            ending = .well
        } catch {
            // Who is cancelled has nothing to say about the witness.
            if !Task.isCancelled { noteBad(job.index, error.failure) }
            ending = .badly(retryAfter: error.retryAfter)
        }
        let now = clock.elapsed()
        state.withLock { $0.schedule.ended(job.index, of: job.round, ending, at: now) }
        wake.yield()
    }

    /// Asks for the cosignature; a size that the witness names is tried once (C2SP tlog-witness).
    private func cosign(
        _ job: ConductorState.Job
    ) async throws(WitnessClient.Refusal) -> Outcome {
        let size = job.head.claim.size
        var oldSize = state.withLock { $0.known[job.index] }
        guard oldSize <= size else { return .isAhead }
        for _ in 0..<AnchoringLimit.tries {
            switch try await question(job, from: oldSize) {
            case .cosigned(let line):
                setKnown(size, of: job.index)
                return .cosigned(line)
            case .hasSize(oldSize):
                throw .init(failure: .sizeAgain(oldSize))
            case .hasSize(let named) where named > size:
                try await judge(named, of: job.index)
                return .isAhead
            case .hasSize(let named):
                setKnown(named, of: job.index)
                oldSize = named
            }
        }
        throw .init(failure: .otherSizeAgain(oldSize))
    }

    private func question(
        _ job: ConductorState.Job, from oldSize: UInt64
    ) async throws(WitnessClient.Refusal) -> WitnessClient.Answer {
        let size = job.head.claim.size
        let path = try fromLog {
            oldSize == 0 || oldSize == size ? [] : try log.consistency(from: oldSize, to: size)
        }
        let headTime = try fromLog { try log.time(ofHeadOf: size) }
        do throws(WitnessClient.Refusal) {
            return try await clients[job.index].add(
                job.head, headTime: headTime, from: oldSize, path: path, now: clock.seconds)
        } catch {
            // It may have seen another tree, and may show it.
            guard error.failure == .inconsistent,
                let proof = try await lookIfShown(by: job.index)?.proof
            else { throw error }
            throw .init(failure: proof)
        }
    }

    /// Looks at a size that is above the head that was shown: our log may have grown since.
    private func judge(_ size: UInt64, of index: Int) async throws(WitnessClient.Refusal) {
        if log.treeSize >= size {
            setKnown(size, of: index)
            remember(.says(size: size), of: index)
            return
        }
        if let proof = try await lookIfShown(by: index)?.proof { throw .init(failure: proof) }
        // An old copy is found when it begins. A mere word stops no log that this witness has seen
        // growing since: whoever stands between could say it.
        if !hasAgreed(index) { remember(.saysMore(size: size), of: index) }
        throw .init(failure: .remembersMore(size))
    }

    /// Takes a cosignature into the head that it is of.
    func take(
        _ line: CheckedLine, by index: Int, of head: SignedCheckpoint
    ) throws(WitnessClient.Refusal) {
        let witness = clients[index].witness
        let size = head.claim.size
        try fromLog { try log.add([line.line], of: [witness.key], toHeadOf: size) }
        let now = clock.seconds()
        metrics[index].cosigned(size, at: now, ignoring: line.ignored)
        noteGood(index, cosigned: (size, now))
        guard let time = line.time else { return }
        let quorum = state.withLock { $0.count(index, at: time, of: size) }
        if let quorum { allMetrics.metQuorum(quorum) }
    }

    // MARK: - What is known of a witness

    /// Whether a witness has said since the start that it has seen no more than our log has.
    func hasAgreed(_ index: Int) -> Bool {
        switch state.withLock({ $0.memories[index]?.finding }) {
        case .nothing, .agrees, .says: true
        case .foreign, .signedMore, .saysMore, .splitView, .silent, nil: false
        }
    }

    private func setKnown(_ size: UInt64, of index: Int) {
        state.withLock { $0.known[index] = size }
    }

    /// Keeps that a witness answered well; says so where it did not before.
    func noteGood(_ index: Int, cosigned: (size: UInt64, time: UInt64)? = nil) {
        let isNews = state.withLock { state in
            let isNews = state.witnesses[index].isUp != true
            state.witnesses[index].isUp = true
            state.witnesses[index].failure = nil
            if let cosigned, cosigned.size >= state.witnesses[index].cosignedSize ?? 0 {
                state.witnesses[index].cosignedSize = cosigned.size
                state.witnesses[index].cosignedAt = cosigned.time
            }
            return isNews
        }
        metrics[index].answered()
        if let cosigned { remember(.agrees(size: cosigned.size), of: index) }
        if isNews { logger.notice("witness answers", metadata: name(of: index)) }
    }

    /// Keeps why a witness did not answer well; says so where it is another reason than before.
    func noteBad(_ index: Int, _ failure: WitnessFailure) {
        metrics[index].failed(failure)
        let isNews = state.withLock { state in
            let isNews = state.witnesses[index].failure?.kind != failure.kind
            state.witnesses[index].isUp = false
            state.witnesses[index].failure = failure
            return isNews
        }
        guard isNews else { return }
        logger.warning(
            "witness failed",
            metadata: name(of: index).merging(["reason": "it \(failure)"]) { $1 })
    }
}
