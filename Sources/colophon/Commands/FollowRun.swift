import Auditing
import Checkpoints
import Files
import HTTPCalls
import HTTPService
import Logging
import Provenance
import ServiceLifecycle
import Synchronization

/// One run of `colophon audit --follow`, until it is told to stop (audit.md §5).
struct FollowRun: Sendable {
    private let log: any FollowedLog
    private let plan: FollowPlan
    private let webhooks: [WebhookReceiver]
    private let console: Console
    private let words: FollowWords

    /// When the log could last be read, or when the run began.
    private let readable: LastTime

    init(_ log: any FollowedLog, _ plan: FollowPlan, _ console: Console) throws(Failure) {
        (self.log, self.plan, self.console) = (log, plan, console)
        words = FollowWords(console)
        readable = LastTime(AuditDesk.now())
        var webhooks: [WebhookReceiver] = []
        for url in plan.webhooks {
            // Authorities that vouch for the ledger alone vouch for nobody else.
            var options = CallOptions()
            options.proxy = try Network.proxy(for: url.service)
            webhooks.append(WebhookReceiver(url, number: webhooks.count + 1, options: options))
        }
        self.webhooks = webhooks
    }

    /// How a part of a run ended.
    private enum End: Sendable {
        /// As it was told to, or because nobody reads any more.
        case stopped

        case failed(Failure)
    }

    /// Follows until the task is cancelled, or something fails that waiting does not mend.
    func run() async throws(Failure) -> ExitStatus {
        let state = try log.openState()
        let folder: Folder
        do throws(FileError) {
            folder = try state.folder.folder(making: Monitor.folderName, .secret)
        } catch {
            throw Failure(writing: error)
        }
        let monitor = try makeMonitor(folder, state)
        var hooks = Audit.Hooks()
        hooks.onHead = { monitor.takeHead(of: $0) }
        hooks.onBundle = { try monitor.take($0) }
        hooks.willCommit = { try monitor.flush() }
        hooks.onJudged = { try await monitor.tellAgain($0) }
        hooks.keepsManifest = { monitor.needsManifest($0) }
        try await log.withRounds(state, hooks) { round throws(Failure) in
            try await run(round, monitor, folder, state)
        }
        tellWaiting(monitor)
        return .yes
    }

    private func makeMonitor(_ folder: Folder, _ state: AuditState) throws(Failure) -> Monitor {
        let monitor: Monitor
        do throws(MonitorStateError) {
            monitor = try Monitor(
                folder, of: log.origin, at: state.size, plan.monitor, receivers: plan.receivers,
                now: AuditDesk.now)
        } catch {
            throw Failure(error)
        }
        for (name, waiting) in monitor.outbox.forgotten where waiting > 0 {
            console.warn(
                name, "is not named any more: \(waiting) events that waited for it are gone")
        }
        if !monitor.hasBegun, state.size > 0 {
            console.note(
                "\(state.size) entries were read before, and are not told: "
                    + "to hear of them, too, take another --state")
        }
        return monitor
    }

    // MARK: - Parts

    /// Runs all parts at once; the first that ends, ends all.
    private func run(
        _ round: @escaping FollowedLog.Round, _ monitor: Monitor, _ folder: Folder,
        _ state: AuditState
    ) async throws(Failure) {
        var receivers: [any EventReceiver] = [StreamReceiver(console)]
        if let program = plan.program { receivers.append(ProgramReceiver(program, in: folder)) }
        receivers += webhooks
        let told = receivers
        let ends = await withTaskGroup(of: End.self) { group in
            for receiver in told { group.addTask { await deliver(monitor, to: receiver) } }
            if let address = plan.operations {
                group.addTask { await serve(monitor, at: address) }
            }
            group.addTask { await follow(round, monitor, state) }
            var ends: [End] = []
            for await end in group {
                ends.append(end)
                group.cancelAll()
            }
            return ends
        }
        for webhook in webhooks { await webhook.close() }
        for case .failed(let failure) in ends { throw failure }
    }

    private func deliver(_ monitor: Monitor, to receiver: any EventReceiver) async -> End {
        let delivery = Delivery(
            monitor.outbox, to: receiver, sleep: Self.sleep, spread: Self.spread
        ) { words.take($0) }
        do throws(MonitorStateError) {
            _ = try await delivery.run()
            return .stopped
        } catch {
            return .failed(Failure(error))
        }
    }

    private func serve(_ monitor: Monitor, at address: ListenAddress) async -> End {
        var logger = Logger(label: "colophon-audit") { label in
            LineLogHandler(label: label, format: console.json ? .json : .text)
        }
        logger.logLevel = .warning
        let registry = FollowMetrics.registry()
        let routes = FollowMetrics(
            registry, interval: plan.interval, now: AuditDesk.now, numbers: { monitor.numbers })
        let server = HTTPService(
            routes, ServiceOptions(listen: address), metrics: registry, logger: logger
        ) { addresses in
            console.note("metrics and health on http://\(addresses.listen)")
        }
        // What it accepted is answered: it is told to stop, and not cut off.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        let work = Task { try await group.run() }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            Task {
                await group.triggerGracefulShutdown()
                await Self.sleep(Self.farewell)
                work.cancel()
            }
        }
        do {
            try result.get()
            return .stopped
        } catch let error as ServerError {
            return .failed(
                Failure(
                    .tryAgain, nil, "\(error)",
                    hint: "choose another address with --ops-listen"))
        } catch {
            return Task.isCancelled
                ? .stopped : .failed(Failure(.tryAgain, nil, "the metrics failed: \(error)"))
        }
    }

    /// How long a client that is being answered is waited for at the end: it asks again.
    private static let farewell: Duration = .seconds(5)

    // MARK: - Rounds

    private func follow(
        _ audit: @escaping FollowedLog.Round, _ monitor: Monitor, _ state: AuditState
    ) async -> End {
        let follower = Follower(every: plan.interval, sleep: Self.sleep, spread: Self.spread)
        do throws(Failure) {
            try await follower.run { () async throws(Failure) in
                try await round(audit, monitor, state)
            } onWait: { end, wait throws(Failure) in
                switch end {
                case .whole: words.succeeded()
                case .failed(let reason): words.failed(reason, wait: wait)
                }
            }
            return .stopped
        } catch {
            return .failed(error)
        }
    }

    private func round(
        _ audit: @escaping FollowedLog.Round, _ monitor: Monitor, _ state: AuditState
    ) async throws(Failure) -> Follower.RoundEnd {
        let report = try await audit()
        do throws(MonitorStateError) {
            try monitor.take(MonitorRound(report, evidence: state.folder.path))
            switch report.ending {
            case .interrupted: break
            case .complete, .blocked, .behind:
                readable.set(AuditDesk.now())
                try monitor.readable()
                words.explainOnce(AuditText(report).lines, interval: plan.interval)
            case .unreadable(let reason):
                try monitor.unreadable(
                    since: readable.value, after: MonitorLimit.unreadableAfter, reason)
                return .failed(reason)
            }
            return .whole
        } catch {
            throw Failure(error)
        }
    }

    /// Says what the next run has to deliver.
    private func tellWaiting(_ monitor: Monitor) {
        for (name, count) in monitor.outbox.waiting where count > 0 {
            console.warn(name, "\(count) events wait for it: the next run delivers them")
        }
        for (name, entries) in monitor.outbox.allOwed {
            console.warn(
                name,
                "is owed the matches of \(NamedEntries(entries)): these are read again once it "
                    + "takes what waits")
        }
    }

    private static let sleep: @Sendable (Duration) async -> Void = { duration in
        // A wait that is cancelled is over.
        try? await Task.sleep(for: duration)
    }

    private static let spread: @Sendable () -> Double = { .random(in: 0...1) }
}

/// A time that one task sets and reads, POSIX seconds.
private final class LastTime: Sendable {
    private let time: Mutex<UInt64>

    init(_ time: UInt64) { self.time = Mutex(time) }

    var value: UInt64 { time.withLock { $0 } }

    func set(_ newTime: UInt64) { time.withLock { $0 = newTime } }
}
