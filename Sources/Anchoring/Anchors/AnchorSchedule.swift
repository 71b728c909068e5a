/// Decides which head is dated by whom and when; a value without clock and I/O.
///
/// All sources shall date one head, so that a calendar's proof of it can seal its tokens. So there
/// are rounds, each with one head. An authority is asked for the head of the latest round; a
/// calendar is, once the authorities have given their tokens for it or have failed.
package struct AnchorSchedule: Sendable {
    /// One head that all sources are asked for.
    package struct Round: Hashable, Sendable {
        package let number: Int
        package let size: UInt64

        /// When it began; of one that was begun before the start, before zero.
        package let start: Duration
    }

    /// What a source gave before the start.
    package struct Past: Hashable, Sendable {
        /// Size of the newest head that it has dated, or promised to.
        package let size: UInt64

        /// When it was asked for that.
        package let askedAt: Duration

        package init(size: UInt64, askedAt: Duration) {
            self.size = size
            self.askedAt = askedAt
        }
    }

    /// What is asked of a source: to date the head of a round.
    package struct Question: Hashable, Sendable {
        /// The source: authorities first, then calendars.
        package let index: Int

        package let round: Round

        /// When it is asked.
        package let askedAt: Duration
    }

    /// How a question ended.
    package enum Ending: Hashable, Sendable {
        /// The head is dated, or that is promised.
        case well

        /// It failed; the source asked to be left alone for a while, or did not.
        case badly(retryAfter: Duration?)

        /// It was given up before it ended, for no fault of the source.
        case stopped
    }

    /// What is known of one source.
    private struct Seat {
        let interval: Duration
        let isAuthority: Bool

        /// Since when it is being asked; nil where it is not.
        var busySince: Duration?
        var isBusy: Bool { busySince != nil }

        /// Size of the largest head that it has dated.
        var dated: UInt64 = 0
        var askedAt: Duration?
        var failures = 0
        var notBefore: Duration

        /// The latest round in which it failed.
        var failedRound = -1

        /// Since when there is a larger head than it has dated.
        var owesSince: Duration?

        /// When its interval is over.
        var dueAt: Duration? { askedAt.map { $0 + interval } }
    }

    private var seats: [Seat]
    private let authorities: Int
    private let interval: Duration
    private var retryAt: Duration
    private var isEnding = false

    /// Whether the log has said that it has a newer head, and has not been asked for it since.
    private var isTold = false

    /// The latest round; nil before the first.
    package private(set) var round: Round?

    /// Whether the log has a head above the latest round's.
    package private(set) var hasNewer: Bool

    /// Creates the schedule of so many sources, each with what it gave before `now`, the start.
    package init(
        authorities: [Past?], calendars: [Past?], _ times: AnchorTimes, at now: Duration
    ) {
        self.authorities = authorities.count
        interval = authorities.isEmpty ? times.calendars : times.timestamps
        seats =
            authorities.map { Self.seat($0, times.timestamps, isAuthority: true, now) }
            + calendars.map { Self.seat($0, times.calendars, isAuthority: false, now) }
        retryAt = now
        // The round goes on that was going on before the start.
        let leading = authorities.isEmpty ? calendars : authorities
        let last = leading.compactMap(\.self).max { ($0.size, $0.askedAt) < ($1.size, $1.askedAt) }
        round = last.map { Round(number: 0, size: $0.size, start: $0.askedAt) }
        hasNewer = round == nil
        // Who was behind before the start is so from now on.
        for index in seats.indices where seats[index].dated < round?.size ?? 0 {
            seats[index].owesSince = now
        }
    }

    private static func seat(
        _ past: Past?, _ interval: Duration, isAuthority: Bool, _ now: Duration
    ) -> Seat {
        Seat(
            interval: interval, isAuthority: isAuthority, dated: past?.size ?? 0,
            askedAt: past?.askedAt, notBefore: now)
    }

    /// Size of the largest head that a source has dated; 0 where it has none.
    package func dated(by index: Int) -> UInt64 { seats[index].dated }

    /// Takes note that the log has a head above that of the latest round.
    package mutating func sawNewer(at now: Duration) {
        (hasNewer, isTold) = (true, true)
        for index in seats.indices { seats[index].owesSince = seats[index].owesSince ?? now }
    }

    /// Takes note that the log did not say which head is its newest.
    package mutating func logFailed(at now: Duration) { retryAt = now + AnchorTimes.logBackoff }

    /// Takes note that what a source has dated up to `size` counts no more.
    package mutating func lost(_ index: Int, of size: UInt64, at now: Duration) {
        guard seats[index].dated == size, size > 0 else { return }
        seats[index].dated = size - 1
        seats[index].owesSince = seats[index].owesSince ?? now
    }

    // MARK: - Rounds

    /// Whether a round is to begin, of the log's newest head.
    ///
    /// A head that nobody has dated yet makes room for a newer one as soon as somebody is to be
    /// asked: after an outage the newest is dated, and no other.
    package func mayBegin(at now: Duration) -> Bool {
        guard now >= retryAt, hasNewer else { return false }
        guard let round else { return true }
        if isEnding || now >= round.start + interval { return true }
        let isTaken = seats.contains { $0.isBusy || $0.dated >= round.size }
        return !isTaken && seats.indices.contains { isLeading($0) && isFree($0, at: now) }
    }

    /// Begins a round for the newest head, of `size`; a head that is no larger than the latest
    /// round's begins none.
    package mutating func begin(size: UInt64, at now: Duration) {
        defer { isTold = false }
        hasNewer = false
        guard size > round?.size ?? 0 else {
            // A log that says so again and again is not asked again and again.
            if isTold { logFailed(at: now) }
            return
        }
        round = Round(number: (round?.number ?? 0) + 1, size: size, start: now)
        for index in seats.indices where seats[index].dated < size {
            seats[index].owesSince = seats[index].owesSince ?? now
        }
    }

    /// Ends the rounds with one more, for which nobody waits for an interval or after a failure.
    package mutating func beginLast(at now: Duration) {
        isEnding = true
        hasNewer = true
        retryAt = now
        for index in seats.indices {
            (seats[index].notBefore, seats[index].failedRound) = (now, -1)
        }
    }

    // MARK: - Sources

    /// Whether rounds go by the interval of this source's kind.
    private func isLeading(_ index: Int) -> Bool { authorities == 0 || index < authorities }

    /// Whether a source could be asked now, had it not dated the head already.
    private func isFree(_ index: Int, at now: Duration) -> Bool {
        let seat = seats[index]
        return !seat.isBusy && dueAt(seat) <= now && seat.notBefore <= now
    }

    private func dueAt(_ seat: Seat) -> Duration {
        guard let askedAt = seat.askedAt else { return seat.notBefore }
        // The last entries are not left without a date for as long as the ledger is down.
        return isEnding ? askedAt : askedAt + seat.interval
    }

    /// Whether no token of the round's head is to be waited for: each authority has given its, has
    /// failed, is left alone after a failure, or is silent for too long.
    private func isSettled(_ round: Round, at now: Duration) -> Bool {
        if !isEnding, now >= round.start + AnchorTimes.tokenPatience { return true }
        return seats.prefix(authorities).allSatisfy { seat in
            if seat.dated >= round.size || seat.failedRound == round.number { return true }
            guard let since = seat.busySince else {
                return isEnding || seat.failures > 0 && seat.notBefore > now
            }
            return !isEnding && now >= since + AnchorTimes.tokenPatience
        }
    }

    /// Returns what is to be asked now; the sources are busy until ``ended(_:_:at:)``.
    package mutating func takeDue(at now: Duration) -> [Question] {
        guard let round else { return [] }
        var questions: [Question] = []
        for index in seats.indices where isFree(index, at: now) && seats[index].dated < round.size {
            // The authorities of this moment are busy by now.
            guard index < authorities || isSettled(round, at: now) else { continue }
            seats[index].busySince = now
            questions.append(Question(index: index, round: round, askedAt: now))
        }
        return questions
    }

    /// Takes note of how a question ended.
    package mutating func ended(_ question: Question, _ ending: Ending, at now: Duration) {
        let index = question.index
        seats[index].busySince = nil
        switch ending {
        case .well:
            seats[index].dated = max(seats[index].dated, question.round.size)
            seats[index].askedAt = question.askedAt
            seats[index].failures = 0
            let isBehind = hasNewer || seats[index].dated < round?.size ?? 0
            seats[index].owesSince = isBehind ? now : nil
        case .badly(let retryAfter):
            seats[index].failures += 1
            seats[index].failedRound = question.round.number
            let wait = AnchorTimes.backoff(
                after: seats[index].failures, retryAfter: retryAfter)
            seats[index].notBefore = now + wait
        case .stopped:
            // Who is silent at the end is not asked twice.
            guard isEnding else { return }
            seats[index].failedRound = question.round.number
            seats[index].notBefore = now + AnchorTimes.firstBackoff
        }
    }

    // MARK: - Looks

    /// Since when a source is overdue, or will be: three intervals after there was a larger head
    /// than it has dated; nil where it owes nothing.
    package func overdue(_ index: Int) -> Duration? {
        seats[index].owesSince.map { $0 + seats[index].interval * AnchorTimes.overdueIntervals }
    }

    /// Returns when to look again, where nothing happens before.
    package func nextLook(after now: Duration) -> Duration? {
        var moments = [retryAt] + seats.indices.compactMap { overdue($0) }
        if let round {
            if hasNewer { moments.append(round.start + interval) }
            if seats.dropFirst(authorities).contains(where: { $0.dated < round.size }) {
                moments.append(round.start + AnchorTimes.tokenPatience)
                moments += seats.compactMap(\.busySince).map { $0 + AnchorTimes.tokenPatience }
            }
            for seat in seats where !seat.isBusy && (hasNewer || seat.dated < round.size) {
                moments.append(max(dueAt(seat), seat.notBefore))
            }
        }
        return moments.filter { $0 > now }.min()
    }
}
