import HTTPCalls
package import Logging
import Synchronization

/// Has the heads of a log dated by authorities and calendars, for as long as the log runs
/// (Schemas/anchoring.md §6).
///
/// Everything that it does goes on beside the log: nothing waits for it, and failures only delay
/// it. At a time it has one task an authority, two a calendar, one that waits for the next head and
/// one that waits for the next look.
package final class AnchorConductor: Sendable {
    let log: any AnchoredLog
    let times: AnchorTimes
    let clock: ConductorClock
    let logger: Logger
    let authorities: [AuthorityClient]
    let calendars: [CalendarClient]
    private let metrics: [AnchorSourceMetrics]
    private let kindMetrics: [AnchorKindMetrics]

    /// What it knows; nil until what was given before the start is read.
    private let known = Mutex<AnchorState?>(nil)

    /// Wakes the loop; one wake-up that waits stands for all.
    private let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>

    /// Prepares to ask authorities and calendars.
    package init(
        log: any AnchoredLog, options: AnchorOptions, clock: ConductorClock, logger: Logger
    ) throws(AnchorSetupError) {
        let clients = try AnchorClients(options)
        self.log = log
        self.clock = clock
        self.logger = logger
        times = options.times
        authorities = clients.authorities
        calendars = clients.calendars
        let sources = clients.authorities.map(\.source) + clients.calendars.map(\.source)
        metrics = sources.map { AnchorSourceMetrics($0) }
        kindMetrics = AnchorKind.allCases.filter { kind in sources.contains { $0.kind == kind } }
            .map { AnchorKindMetrics($0) }
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The authorities, then the calendars.
    var sources: [AnchorSource] { authorities.map(\.source) + calendars.map(\.source) }

    /// Whether anyone is asked.
    package var isNeeded: Bool { !metrics.isEmpty }

    /// How it stands with the sources.
    package var health: AnchorHealth {
        let (now, seconds) = (clock.elapsed(), clock.seconds())
        return known.withLock { $0?.health(at: now, seconds: seconds) }
            ?? AnchorHealth(sources: sources.map { AnchorHealth.Source(source: $0) })
    }

    /// Ends the connections; the last of all calls.
    package func close() async {
        for client in authorities { await client.close() }
        for client in calendars { await client.close() }
    }

    // MARK: - Running

    /// Has heads dated until the task is cancelled; call once, at most.
    package func run() async {
        guard isNeeded else { return }
        await withDiscardingTaskGroup { group in
            await conduct(in: &group)
            group.cancelAll()
        }
    }

    private func conduct(in group: inout DiscardingTaskGroup) async {
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        wake.yield()
        for await _ in wakes {
            let look: Duration
            if isReady() {
                beginIfDue()
                let step = withState { $0.step(at: clock.elapsed(), seconds: clock.seconds()) }
                for job in step.jobs { group.addTask { await self.perform(job) } }
                if let size = step.watch { group.addTask { await self.watch(above: size) } }
                look = step.look ?? clock.elapsed() + AnchorTimes.longestSleep
            } else {
                look = clock.elapsed() + AnchorTimes.logBackoff
            }
            show()
            timer?.cancel()
            timer = Task { [clock, wake] in
                // A timer that is cancelled has been replaced.
                if (try? await clock.sleepUntil(look)) != nil { wake.yield() }
            }
        }
    }

    /// Tries each source once more, where it owes an anchor, and returns in `time` at most; for a
    /// log that stops, after ``run()`` has ended.
    package func finish(within time: Duration = AnchorTimes.lastTry) async {
        guard isNeeded, isReady() else { return }
        let start = clock.elapsed()
        withState { $0.schedule.beginLast(at: start) }
        beginIfDue()
        // An authority that is silent leaves a calendar its half.
        for end in [start + time / 2, start + time] {
            let jobs = withState { $0.takeDue(at: clock.elapsed()) }
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await withDiscardingTaskGroup { group in
                        for job in jobs { group.addTask { await self.perform(job) } }
                    }
                }
                group.addTask { [clock] in try? await clock.sleepUntil(end) }
                // What is not done by then is given up.
                await group.next()
                group.cancelAll()
            }
        }
        show()
    }

    /// Does something with what is known, which must be read.
    func withState<Value>(_ body: (inout AnchorState) -> Value) -> Value {
        known.withLock { known in
            guard var state = known else { preconditionFailure("what was given is read first") }
            // Moved, so that nothing is copied.
            known = nil
            defer { known = state }
            return body(&state)
        }
    }

    /// Reads what each source has given before the start, once; says whether that is done.
    private func isReady() -> Bool {
        if known.withLock({ $0 != nil }) { return true }
        do {
            let pasts = try sources.map { source in
                let complete = try log.newestAnchor(of: source, in: .complete)
                let pending = try log.pendingAnchors(of: source, limit: AnchorLimit.promises)
                let newest = [complete, pending.first].compactMap(\.self)
                    .max { $0.input.size < $1.input.size }
                return AnchorState.Past(
                    source: source, newest: newest, complete: complete, pending: pending)
            }
            let state = AnchorState(pasts, times, seconds: clock.seconds(), at: clock.elapsed())
            known.withLock { $0 = state }
            return true
        } catch {
            logger.error("evidence cannot be read", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// Begins a round of the log's newest head, where one is due.
    private func beginIfDue() {
        guard withState({ $0.schedule.mayBegin(at: clock.elapsed()) }) else { return }
        do {
            let head = try log.newestHeadToDate()
            withState { $0.begin(head, at: clock.elapsed()) }
        } catch {
            logger.error("the head to be dated is missing", metadata: ["reason": "\(error)"])
            withState { $0.schedule.logFailed(at: clock.elapsed()) }
        }
    }

    /// Waits for a head above `size`.
    private func watch(above size: UInt64) async {
        do {
            try await log.headToDate(above: size)
            withState { $0.sawNewer(at: clock.elapsed()) }
        } catch {
            guard !Task.isCancelled else { return }
            logger.error("heads cannot be watched", metadata: ["reason": "\(error)"])
            // The next look begins a watch again.
            try? await clock.sleepUntil(clock.elapsed() + AnchorTimes.logBackoff)
            withState { $0.isWatching = false }
        }
        wake.yield()
    }

    /// Asks one source, and keeps what it gives.
    private func perform(_ job: AnchorState.Job) async {
        switch job {
        case .date(let question, let input):
            let ending = await date(question, input)
            withState { $0.schedule.ended(question, ending, at: clock.elapsed()) }
        case .follow(let promise):
            let ending = await follow(promise)
            withState { $0.promises.ended(promise, ending, at: clock.elapsed()) }
        }
        wake.yield()
    }

    // MARK: - What everyone sees

    private func show() {
        let health = health
        for (metrics, source) in zip(metrics, health.sources) { metrics.show(source) }
        for metrics in kindMetrics { metrics.show(health) }
    }

    /// Keeps evidence in the log, and takes note of it.
    func keep(_ anchor: KeptAnchor, of index: Int) throws(AnchorRefusal) {
        try fromLog { try log.keep(anchor) }
        withState { $0.note(anchor, of: index, at: clock.elapsed()) }
        if anchor.state == .complete { metrics[index].dated() }
    }

    /// Asks our own log; where it fails, that is not the source's fault.
    func fromLog<Value>(_ ask: () throws -> Value) throws(AnchorRefusal) -> Value {
        do {
            return try ask()
        } catch {
            throw AnchorRefusal(.log("\(error)"))
        }
    }

    /// Keeps that a source answered well; says so where it did not before.
    func noteGood(_ index: Int, _ purpose: AnchorState.Purpose) {
        guard withState({ $0.noteGood(index, purpose) }) else { return }
        logger.notice("\(noun(index)) answers", metadata: name(of: index))
    }

    /// Keeps why a source did not answer well; says so where it is another reason than before.
    func noteBad(_ index: Int, _ purpose: AnchorState.Purpose, _ failure: AnchorFailure) {
        metrics[index].failed(failure)
        guard withState({ $0.noteBad(index, purpose, failure) }) else { return }
        logger.warning(
            "\(noun(index)) failed",
            metadata: name(of: index).merging(["reason": "it \(failure)"]) { $1 })
    }

    /// Counts that a calendar does not know a promise; says so the first time.
    func noteForgotten(_ promise: PromiseSchedule.Promise, of index: Int, _ words: String) {
        let failure = AnchorFailure.forgotten(words)
        metrics[index].failed(failure)
        guard withState({ $0.noteForgotten(promise) }) else { return }
        logger.warning(
            "calendar forgot a promise",
            metadata: name(of: index).merging([
                "reason": "it \(failure)", "size": "\(promise.size)",
            ]) { $1 })
    }

    private func noun(_ index: Int) -> Logger.Message {
        index < authorities.count ? "timestamp authority" : "calendar"
    }

    func name(of index: Int) -> Logger.Metadata { ["url": "\(sources[index].url)"] }
}
