/// Decides when a round begins, and which witness is asked when; a value without clock and I/O.
///
/// All witnesses must cosign one head, or a quorum is never met under load. So a round has one
/// head. A witness that becomes free takes the head of the latest round, never a newer one.
package struct RoundSchedule: Sendable {
    /// One head that all witnesses are asked for.
    package struct Round: Hashable, Sendable {
        package let number: Int
        package let size: UInt64
        package let start: Duration
        package fileprivate(set) var hasQuorum: Bool
    }

    /// How a question to a witness ended.
    package enum Ending: Hashable, Sendable {
        /// It cosigned, or has seen a newer head of ours already.
        case well

        /// It failed; it asked to be left alone for a while, or did not.
        case badly(retryAfter: Duration?)
    }

    /// What is known of one witness.
    private struct Seat {
        var isBusy = false

        /// The latest round that it needs not be asked for any more.
        var done = 0
        var failures = 0
        var notBefore: Duration = .zero
    }

    private let times: RoundTimes
    private var seats: [Seat]
    private var retryAt: Duration = .zero

    /// Whether the log stops, so that nobody waits for an interval any more.
    private var isEnding = false

    /// The latest round; nil before the first.
    package private(set) var round: Round?

    /// Whether the log has a head above the latest round's.
    package private(set) var hasNewer = true

    /// Creates the schedule of so many witnesses.
    package init(witnesses count: Int, _ times: RoundTimes) {
        self.times = times
        seats = Array(repeating: Seat(), count: count)
    }

    /// Takes note that the log has a head above that of the latest round.
    package mutating func sawNewer() { hasNewer = true }

    /// Takes note that the head of a round was not to be had.
    package mutating func logFailed(at now: Duration) { retryAt = now + RoundTimes.logBackoff }

    /// Takes note that the quorum has cosigned the head of a round.
    package mutating func metQuorum(of size: UInt64) {
        if round?.size == size { round?.hasQuorum = true }
    }

    // MARK: - Rounds

    /// Whether a round is to begin, of the log's newest head.
    package func mayBegin(at now: Duration) -> Bool {
        guard now >= retryAt else { return false }
        guard let round else { return true }
        if isEnding { return hasNewer }
        guard hasNewer else { return now >= round.start + times.refresh }
        guard now >= round.start + times.interval else { return false }
        return round.hasQuorum || isSettled || now >= round.start + times.patience
    }

    /// Takes note that the log stops with a head of `size`: where the latest round had a smaller
    /// one, another begins now, and nobody waits after a failure.
    ///
    /// Nobody may be asked meanwhile.
    package mutating func beginLast(size: UInt64, at now: Duration) {
        (isEnding, retryAt) = (true, now)
        hasNewer = round.map { $0.size < size } ?? true
        for index in seats.indices { seats[index].notBefore = now }
    }

    /// Whether nobody is being asked: who has failed waits for another try.
    private var isSettled: Bool { !seats.contains(where: \.isBusy) }

    /// Begins a round for the head of `size`.
    package mutating func begin(size: UInt64, hasQuorum: Bool, at now: Duration) {
        round = Round(
            number: (round?.number ?? 0) + 1, size: size, start: now, hasQuorum: hasQuorum)
        hasNewer = false
    }

    // MARK: - Witnesses

    /// Returns the witnesses that are to be asked now for the latest round's head; they are busy
    /// until ``ended(_:of:_:at:)``.
    package mutating func takeDue(at now: Duration) -> [Int] {
        guard let round else { return [] }
        let due = seats.indices.filter { index in
            let seat = seats[index]
            return !seat.isBusy && seat.done < round.number && seat.notBefore <= now
        }
        for index in due { seats[index].isBusy = true }
        return due
    }

    /// Takes note of how a witness's question in a round ended.
    package mutating func ended(_ index: Int, of number: Int, _ ending: Ending, at now: Duration) {
        seats[index].isBusy = false
        switch ending {
        case .well:
            seats[index].done = max(seats[index].done, number)
            seats[index].failures = 0
            seats[index].notBefore = .zero
        case .badly(let retryAfter):
            seats[index].failures += 1
            let wait = RoundTimes.backoff(
                after: seats[index].failures, retryAfter: retryAfter)
            seats[index].notBefore = now + wait
        }
    }

    /// Returns when to look again, where nothing happens before.
    package func nextLook(after now: Duration) -> Duration? {
        var moments = [retryAt]
        if let round {
            moments.append(round.start + (hasNewer ? times.interval : times.refresh))
            moments.append(round.start + times.patience)
            moments += seats.filter { !$0.isBusy && $0.done < round.number }.map(\.notBefore)
        }
        return moments.filter { $0 > now }.min()
    }
}
