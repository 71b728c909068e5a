import Logging
import Merkle
import OpenTimestamps
import Timestamping

extension AnchorConductor {
    // MARK: - Heads

    /// Asks one source to date a round's head, and keeps what it gives.
    func date(
        _ question: AnchorSchedule.Question, _ input: AnchorInput
    ) async -> AnchorSchedule.Ending {
        let index = question.index
        do throws(AnchorRefusal) {
            let askedAt = clock.seconds()
            let anchor =
                index < authorities.count
                ? try await token(of: input, by: authorities[index], askedAt)
                : try await promise(of: input, by: calendars[index - authorities.count], askedAt)
            try keep(anchor, of: index)
            noteGood(index, .date)
            return .well
        } catch {
            // Who is cancelled has nothing to say about the source.
            guard !Task.isCancelled else { return .stopped }
            noteBad(index, .date, error.failure)
            return .badly(retryAfter: error.retryAfter)
        }
    }

    private func token(
        of input: AnchorInput, by authority: AuthorityClient, _ askedAt: UInt64
    ) async throws(AnchorRefusal) -> KeptAnchor {
        let token = try await authority.token(of: input.digest, now: clock.seconds)
        return KeptAnchor(
            of: authority.source, about: input, state: .complete, askedAt: askedAt,
            time: token.bound, evidence: token.token.bytes)
    }

    /// Has a calendar promise that a block will hold a head, with the tokens that it has.
    private func promise(
        of input: AnchorInput, by calendar: CalendarClient, _ askedAt: UInt64
    ) async throws(AnchorRefusal) -> KeptAnchor {
        let proof = try await calendar.submit(submission(of: input))
        return KeptAnchor(
            of: calendar.source, about: input, state: proof.isComplete ? .complete : .pending,
            askedAt: askedAt, time: askedAt, evidence: proof.encoded)
    }

    /// Commits to a head and to its tokens, with new random bytes.
    private func submission(of input: AnchorInput) throws(AnchorRefusal) -> CalendarSubmission {
        let tokens = try fromLog { try log.anchors(ofSize: input.size, .timestamp) }
            .filter { $0.state == .complete && $0.input == input }
        let digests = tokens.map { Hash.sha256($0.evidence) }
        return CalendarSubmission(
            of: input.digest, sealing: Array(digests.prefix(CalendarSubmission.tokenLimit)))
    }

    // MARK: - Promises

    /// Asks a calendar whether it has kept a promise, and keeps what follows.
    func follow(_ promise: PromiseSchedule.Promise) async -> PromiseSchedule.Ending {
        let index = authorities.count + promise.calendar
        do throws(AnchorRefusal) {
            guard let kept = try keptPromise(promise) else { return .over }
            let ending = try await follow(promise, kept)
            noteGood(index, .follow)
            return ending
        } catch {
            guard !Task.isCancelled else { return .stopped }
            noteBad(index, .follow, error.failure)
            // A row that cannot be read holds up no other one.
            if case .log = error.failure { return .waits(at: clock.seconds()) }
            return .badly(retryAfter: error.retryAfter)
        }
    }

    /// Returns the row of a promise; nil where it is a promise no more.
    private func keptPromise(
        _ promise: PromiseSchedule.Promise
    ) throws(AnchorRefusal) -> KeptAnchor? {
        let source = calendars[promise.calendar].source
        let rows = try fromLog { try log.anchors(ofSize: promise.size, .openTimestamps) }
        return rows.first { $0.source == source && $0.state == .pending }
    }

    private func follow(
        _ promise: PromiseSchedule.Promise, _ kept: KeptAnchor
    ) async throws(AnchorRefusal) -> PromiseSchedule.Ending {
        let index = authorities.count + promise.calendar
        let calendar = calendars[promise.calendar]
        let proof = try fromLog { try DetachedTimestamp(parsing: kept.evidence) }
        var (isForgotten, words) = (true, "")
        for commitment in proof.pending.prefix(AnchorLimit.promisesOfAHead).map(\.commitment) {
            switch try await calendar.upgrade(proof, at: commitment) {
            case .proof(let upgraded) where upgraded.isComplete:
                try keep(kept.becoming(.complete, upgraded, at: clock.seconds()), of: index)
                return .over
            case .proof, .waits: isForgotten = false
            case .forgotten(let reason): words = reason
            }
        }
        if isForgotten { noteForgotten(promise, of: index, words) }
        return try await prolong(promise, kept, proof)
    }

    /// Goes on with a promise that is not kept: gives it up, repeats it, or waits on.
    private func prolong(
        _ promise: PromiseSchedule.Promise, _ kept: KeptAnchor, _ proof: DetachedTimestamp
    ) async throws(AnchorRefusal) -> PromiseSchedule.Ending {
        let index = authorities.count + promise.calendar
        let seconds = clock.seconds()
        let age = promise.age(at: seconds)
        if age >= AnchorTimes.promiseEnd {
            try keep(kept.becoming(.abandoned, proof, at: kept.time), of: index)
            logger.warning(
                "a promise is given up",
                metadata: name(of: index).merging(["size": "\(promise.size)"]) { $1 })
            return .over
        }
        // A later head that the calendar has taken covers this one.
        let isNewest = withState { $0.schedule.dated(by: index) } == promise.size
        let count = proof.pending.count
        if isNewest, count < AnchorLimit.promisesOfAHead,
            age >= AnchorTimes.promiseRepeat * max(1, count)
        {
            try await repeatPromise(kept, proof, index)
        }
        return .waits(at: seconds)
    }

    /// Asks for one more promise of the same head, beside those that there are.
    private func repeatPromise(
        _ kept: KeptAnchor, _ proof: DetachedTimestamp, _ index: Int
    ) async throws(AnchorRefusal) {
        let calendar = calendars[index - authorities.count]
        let second = try await calendar.submit(submission(of: kept.input))
        let both: DetachedTimestamp
        do throws(DetachedTimestampError) {
            both = try proof.merging(second)
        } catch {
            throw AnchorRefusal(.proof(error))
        }
        let state: KeptAnchor.State = both.isComplete ? .complete : .pending
        try keep(kept.becoming(state, both, at: kept.time), of: index)
    }
}

extension KeptAnchor {
    /// The same evidence, further on.
    fileprivate func becoming(
        _ state: State, _ proof: DetachedTimestamp, at time: UInt64
    ) -> KeptAnchor {
        var next = self
        (next.state, next.time, next.evidence) = (state, time, proof.encoded)
        return next
    }
}
