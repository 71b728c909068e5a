/// What a conductor of anchors knows: guarded by its lock.
struct AnchorState: Sendable {
    /// What is to be asked.
    enum Job: Sendable {
        /// A source is to date a head.
        case date(AnchorSchedule.Question, AnchorInput)

        /// A calendar is to say whether it has kept a promise.
        case follow(PromiseSchedule.Promise)
    }

    /// What is to be done now.
    struct Step {
        let jobs: [Job]

        /// The size above which a head is to be waited for; nil where that goes on.
        let watch: UInt64?

        /// When to look again; nil where only an event calls for it.
        let look: Duration?
    }

    /// What a source is asked for.
    enum Purpose: Hashable, Sendable {
        case date, follow
    }

    let authorities: Int
    var schedule: AnchorSchedule
    var promises: PromiseSchedule

    /// The head of the latest round.
    private var head: AnchorInput?
    private var sources: [AnchorHealth.Source]

    /// Why each source failed last, by what it was asked for.
    private var failures: [[Purpose: AnchorFailure]]

    /// The size of the largest head of which each source has given complete evidence.
    private var complete: [UInt64]

    /// The promises of which their calendars have said that they do not know them.
    private var forgotten: Set<PromiseSchedule.Promise> = []
    var isWatching = false

    /// When each source became overdue, and the same moment in POSIX seconds: told once, it stays.
    private var overdue: [Int: (moment: Duration, seconds: UInt64)] = [:]

    /// What a source has given before the start: the newest evidence that is not abandoned, the
    /// newest that is complete, and what is pending.
    struct Past {
        let source: AnchorSource
        let newest: KeptAnchor?
        let complete: KeptAnchor?
        let pending: [KeptAnchor]
    }

    /// Goes on from what each source has given.
    ///
    /// - Parameters:
    ///   - seconds: POSIX seconds.
    ///   - now: the same moment by the time that never goes back.
    init(_ pasts: [Past], _ times: AnchorTimes, seconds: UInt64, at now: Duration) {
        let given = pasts.map { past in
            past.newest.map {
                AnchorSchedule.Past(
                    size: $0.input.size, askedAt: Self.moment($0.askedAt, seconds, now))
            }
        }
        authorities = pasts.count { $0.source.kind == .timestamp }
        schedule = AnchorSchedule(
            authorities: Array(given.prefix(authorities)),
            calendars: Array(given.dropFirst(authorities)), times, at: now)
        let size = schedule.round?.size
        head = pasts.compactMap { $0.newest?.input }.first { $0.size == size }
        let calendars = pasts.dropFirst(authorities)
        promises = PromiseSchedule(
            calendars: calendars.count,
            calendars.enumerated().flatMap { index, past in
                past.pending.map {
                    .init(calendar: index, size: $0.input.size, askedAt: $0.askedAt)
                }
            }, times, at: now)
        sources = pasts.map {
            AnchorHealth.Source(
                source: $0.source, datedSize: $0.newest?.input.size, newestTime: $0.complete?.time)
        }
        failures = pasts.map { _ in [:] }
        complete = pasts.map { $0.complete?.input.size ?? 0 }
    }

    /// Returns when something was, that was at `past` by the clock.
    ///
    /// A time ahead of the clock says nothing: then the clock was wrong, or is. It counts as long
    /// ago, so that it silences nobody.
    private static func moment(_ past: UInt64, _ seconds: UInt64, _ now: Duration) -> Duration {
        now - .seconds(Int64(clamping: past <= seconds ? seconds - past : seconds))
    }

    // MARK: - Rounds

    mutating func sawNewer(at now: Duration) {
        isWatching = false
        schedule.sawNewer(at: now)
    }

    /// Begins a round of the newest head, where it is a larger one; nil where there is none.
    mutating func begin(_ newest: AnchorInput?, at now: Duration) {
        schedule.begin(size: newest?.size ?? 0, at: now)
        if let newest, newest.size == schedule.round?.size { head = newest }
    }

    /// Takes what is to be asked; it counts as begun.
    mutating func takeDue(at now: Duration) -> [Job] {
        guard let head else { return [] }
        return schedule.takeDue(at: now).map { .date($0, head) }
    }

    /// Says what is to be done, and takes it as begun.
    mutating func step(at now: Duration, seconds: UInt64) -> Step {
        let jobs = takeDue(at: now) + promises.takeDue(at: now).map { .follow($0) }
        var watch: UInt64?
        if !isWatching, !schedule.hasNewer {
            watch = schedule.round?.size ?? 0
            isWatching = true
        }
        let alarms = sources.indices.compactMap { alarm(of: $0) }.filter { $0 > seconds }
        let looks = [
            schedule.nextLook(after: now), promises.nextLook(after: now),
            alarms.min().map { now + .seconds(Int64(clamping: $0 - seconds)) },
        ]
        let look = looks.compactMap(\.self).min().map { min($0, now + AnchorTimes.longestSleep) }
        return Step(jobs: jobs, watch: watch, look: look)
    }

    // MARK: - What is known of a source

    /// Keeps that a source did what it was asked for; says whether it did not before.
    mutating func noteGood(_ index: Int, _ purpose: Purpose) -> Bool {
        let isNews = sources[index].isUp == nil || failures[index][purpose] != nil
        failures[index][purpose] = nil
        setUp(index)
        return isNews
    }

    /// Keeps why a source failed; says whether it is another reason than before.
    mutating func noteBad(_ index: Int, _ purpose: Purpose, _ failure: AnchorFailure) -> Bool {
        let isNews = failures[index][purpose]?.kind != failure.kind
        failures[index][purpose] = failure
        setUp(index)
        return isNews
    }

    private mutating func setUp(_ index: Int) {
        sources[index].isUp = failures[index].isEmpty
        sources[index].failure = failures[index][.date] ?? failures[index][.follow]
    }

    /// Keeps what a source has given.
    mutating func note(_ anchor: KeptAnchor, of index: Int, at now: Duration) {
        let size = anchor.input.size
        sources[index].datedSize = max(sources[index].datedSize ?? 0, size)
        let promise = PromiseSchedule.Promise(
            calendar: index - authorities, size: size, askedAt: anchor.askedAt)
        switch anchor.state {
        case .pending: promises.add(promise, at: now)
        case .complete:
            forgotten.remove(promise)
            sources[index].newestTime = max(sources[index].newestTime ?? 0, anchor.time)
            complete[index] = max(complete[index], size)
        case .abandoned:
            forgotten.remove(promise)
            schedule.lost(index, of: size, at: now)
        }
    }

    /// Keeps that a calendar does not know a promise; says whether that is news.
    mutating func noteForgotten(_ promise: PromiseSchedule.Promise) -> Bool {
        forgotten.insert(promise).inserted
    }

    /// When a calendar's oldest promise that nothing later covers is overdue, POSIX seconds.
    private func alarm(of index: Int) -> UInt64? {
        guard index >= authorities else { return nil }
        let oldest = promises.oldest(of: index - authorities, above: complete[index])
        return oldest.map { min($0.askedAt, .max - AnchorTimes.promiseAlarmSeconds) }
            .map { $0 + AnchorTimes.promiseAlarmSeconds }
    }

    /// How it stands with all of them.
    mutating func health(at now: Duration, seconds: UInt64) -> AnchorHealth {
        for index in sources.indices {
            guard let moment = schedule.overdue(index), moment <= now else {
                overdue[index] = nil
                continue
            }
            guard overdue[index]?.moment != moment else { continue }
            let ago = UInt64(clamping: (now - moment).components.seconds)
            overdue[index] = (moment, seconds > ago ? seconds - ago : 0)
        }
        return AnchorHealth(
            sources: sources.indices.map { index in
                var source = sources[index]
                source.pending =
                    index < authorities ? 0 : promises.count(of: index - authorities)
                let promised = alarm(of: index).flatMap { $0 <= seconds ? $0 : nil }
                source.overdueSince = [overdue[index]?.seconds, promised].compactMap(\.self).min()
                return source
            })
    }
}
