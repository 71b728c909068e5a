import Auditing
import Checkpoints
import Encoding
import Files
import Manifests
import Provenance
import Synchronization
import TestLog
import TestSupport

/// A ledger that is audited again and again by a monitor, which may be killed between any two
/// steps.
final class MonitoredLedger {
    var ledger: MemoryLedger
    let log: MemoryLog
    let folder: TemporaryFolder
    let clock = ManualClock(MemoryLedger.start + 86_400 * 365)
    private(set) var monitor: Monitor?

    /// Whether the source serves no manifest.
    var hidesManifests = false

    /// What may wait for standard output, and how many events it takes in a run.
    var limits = Outbox.Limits()
    var mostTaken = Int.max

    private let flushed = Tally()

    /// Whether a monitor has written what it remembers, in any run.
    var hasCommitted: Bool { flushed.count > 0 }

    /// The words of all events that were taken, in their order, and their identifiers.
    private(set) var told: [JSON] = []

    init() throws {
        ledger = try MemoryLedger()
        try ledger.addPoP()
        log = try MemoryLog(ledger)
        folder = try TemporaryFolder("monitored", in: TemporaryFolder.memory)
    }

    /// Logs a work of a creator.
    @discardableResult
    func work(_ name: String, by creator: String = "Ana Example", id: String? = nil) throws -> Text
    {
        var creator: JSON.Object = ["name": .string(Text(creator))]
        creator["id"] = id.map { .string(Text($0)) }
        let file = try ledger.capture(name, [("creator", .object(creator))])
        return Text("\(file.statement.id)")
    }

    struct Killed: Error {}

    /// One run of the program: opens the state, audits once, and gives what it tells to standard
    /// output.
    ///
    /// - Parameter step: is called between any two steps; it may throw ``Killed``.
    @discardableResult
    func run(
        _ options: Monitor.Options = Monitor.Options(),
        step: @escaping @Sendable () throws -> Void = {}
    ) async throws -> AuditReport {
        try log.show(ledger)
        if hidesManifests { log.remove("manifests") }
        let kit = try ledger.kit()
        let state = try Audit.openState(folder.path("state"), of: kit, Audit.Options())
        let below = try state.folder.folder(making: Monitor.folderName, .secret)
        let clock = clock
        let monitor = try Monitor(
            below, of: kit.origin.text, at: state.size, options, receivers: ["stdout"],
            limits: limits
        ) { clock.now }
        self.monitor = monitor
        var hooks = Audit.Hooks()
        hooks.onHead = { size in
            try step()
            monitor.takeHead(of: size)
            try step()
        }
        hooks.onBundle = { bundle in
            try step()
            try monitor.take(bundle)
            try step()
        }
        let flushed = flushed
        hooks.willCommit = {
            try step()
            try monitor.flush()
            flushed.add()
            try step()
        }
        hooks.onJudged = { log in
            try step()
            try await monitor.tellAgain(log)
            try step()
        }
        hooks.keepsManifest = { monitor.needsManifest($0) }
        let audit = Audit(
            log, named: "the test", kit: kit, state: state, patience: .init { _ in }, hooks: hooks
        ) { clock.now }
        let report = try await audit.run()
        try step()
        try monitor.take(MonitorRound(report, evidence: state.folder.path))
        try step()
        try deliver(monitor.outbox, step)
        return report
    }

    /// One run of an audit that tells nobody.
    func runWithoutMonitor() async throws {
        try log.show(ledger)
        let kit = try ledger.kit()
        let state = try Audit.openState(folder.path("state"), of: kit, Audit.Options())
        let clock = clock
        let audit = Audit(
            log, named: "the test", kit: kit, state: state, patience: .init { _ in }
        ) { clock.now }
        _ = try await audit.run()
    }

    private func deliver(_ outbox: Outbox, _ step: () throws -> Void) throws {
        var left = mostTaken
        while left > 0, let batch = try outbox.batch(for: "stdout") {
            for (index, line) in batch.lines.prefix(left).enumerated() {
                left -= 1
                told.append(try JSON.decode(Array(line.utf8)))
                try step()
                _ = outbox.taken(index + 1, of: batch, by: "stdout")
                try outbox.settle("stdout")
                try step()
            }
        }
    }

    /// Takes what was told so far.
    func takeTold() -> [JSON] {
        defer { told = [] }
        return told
    }
}

/// Throws after so many steps.
final class KillSwitch: Sendable {
    private let left: Mutex<Int>

    init(after steps: Int) { left = Mutex(steps) }

    func step() throws {
        try left.withLock { left throws(MonitoredLedger.Killed) in
            guard left > 0 else { throw MonitoredLedger.Killed() }
            left -= 1
        }
    }
}
