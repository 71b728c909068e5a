/// Decides when a calendar is asked whether it has kept a promise; a value without clock and I/O.
///
/// A calendar is asked about one promise at a time. The time between two questions about one grows
/// with its age, by the log's clock (``AnchorTimes/period(ofAge:)``).
package struct PromiseSchedule: Sendable {
    /// A promise of a calendar: that a block will hold the head of a size.
    package struct Promise: Hashable, Sendable {
        /// The calendar, from 0.
        package let calendar: Int

        /// The head's size.
        package let size: UInt64

        /// When the calendar was asked for it, POSIX seconds.
        package let askedAt: UInt64

        package init(calendar: Int, size: UInt64, askedAt: UInt64) {
            self.calendar = calendar
            self.size = size
            self.askedAt = askedAt
        }

        /// Its age by a clock; nothing where the clock is behind the time at which it was given.
        package func age(at seconds: UInt64) -> Duration {
            .seconds(Int64(clamping: seconds > askedAt ? seconds - askedAt : 0))
        }
    }

    /// How a question ended.
    package enum Ending: Hashable, Sendable {
        /// The promise is kept, or given up: nobody is asked about it again.
        case over

        /// The calendar has no block yet.
        case waits(at: UInt64)

        /// The calendar failed; it asked to be left alone for a while, or did not.
        case badly(retryAfter: Duration?)

        /// The question was given up before it ended, for no fault of the calendar.
        case stopped
    }

    private struct Entry {
        let promise: Promise
        var next: Duration
    }

    private struct Seat {
        var isBusy = false
        var failures = 0
        var notBefore: Duration
    }

    private let times: AnchorTimes
    private var entries: [Entry] = []
    private var seats: [Seat]

    /// Creates the schedule of so many calendars, with what they have promised before `now`, the
    /// start: what was not asked for some time is asked at once, the newest first.
    package init(
        calendars count: Int, _ promises: [Promise], _ times: AnchorTimes, at now: Duration
    ) {
        self.times = times
        seats = Array(repeating: Seat(notBefore: now), count: count)
        entries = promises.map { Entry(promise: $0, next: now) }
    }

    /// Takes a promise, or its repetition.
    package mutating func add(_ promise: Promise, at now: Duration) {
        remove(promise)
        entries.append(Entry(promise: promise, next: now + times.period(ofAge: .zero)))
    }

    private mutating func remove(_ promise: Promise) {
        entries.removeAll {
            $0.promise.calendar == promise.calendar && $0.promise.size == promise.size
        }
    }

    /// Number of promises of a calendar that are not kept.
    package func count(of calendar: Int) -> Int {
        entries.count { $0.promise.calendar == calendar }
    }

    /// The oldest promise of a calendar about a head above `size`.
    package func oldest(of calendar: Int, above size: UInt64) -> Promise? {
        entries.lazy.map(\.promise).filter { $0.calendar == calendar && $0.size > size }
            .min { $0.askedAt < $1.askedAt }
    }

    /// Returns the promises that are to be asked about now, one a calendar at most; their calendars
    /// are busy until ``ended(_:_:at:)``.
    package mutating func takeDue(at now: Duration) -> [Promise] {
        var due: [Promise] = []
        for calendar in seats.indices {
            guard !seats[calendar].isBusy, seats[calendar].notBefore <= now else { continue }
            let next = entries.filter { $0.promise.calendar == calendar }.min { $0.next < $1.next }
            guard let next, next.next <= now else { continue }
            seats[calendar].isBusy = true
            due.append(next.promise)
        }
        return due
    }

    /// Takes note of how a question ended.
    package mutating func ended(_ promise: Promise, _ ending: Ending, at now: Duration) {
        let calendar = promise.calendar
        seats[calendar].isBusy = false
        seats[calendar].notBefore = now + AnchorTimes.betweenQuestions
        switch ending {
        case .over:
            seats[calendar].failures = 0
            remove(promise)
        case .waits(let seconds):
            seats[calendar].failures = 0
            if let index = entries.firstIndex(where: { $0.promise == promise }) {
                entries[index].next = now + times.period(ofAge: promise.age(at: seconds))
            }
        case .badly(let retryAfter):
            seats[calendar].failures += 1
            let wait = AnchorTimes.backoff(
                after: seats[calendar].failures, retryAfter: retryAfter)
            seats[calendar].notBefore = now + wait
            // Behind the others: one that always fails holds up no other.
            if let index = entries.firstIndex(where: { $0.promise == promise }) {
                entries[index].next = now + wait
            }
        case .stopped: break
        }
    }

    /// Returns when to look again, where nothing happens before.
    package func nextLook(after now: Duration) -> Duration? {
        let moments = seats.indices.compactMap { calendar -> Duration? in
            guard !seats[calendar].isBusy else { return nil }
            let next = entries.lazy.filter { $0.promise.calendar == calendar }.map(\.next).min()
            return next.map { max($0, seats[calendar].notBefore) }
        }
        return moments.filter { $0 > now }.min()
    }
}
