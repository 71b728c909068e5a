import Foundation
import Jobs
package import LedgerStore
package import Merkle
package import Logging
import Metrics
import Provenance
import RocksDB
import Synchronization

/// What the scrub has come to.
public struct ScrubStatus: Hashable, Sendable {
    /// Rounds that are finished since the ledger was opened.
    public internal(set) var rounds = 0

    /// When the last of them ended, in POSIX seconds; nil before the first.
    public internal(set) var lastFinished: UInt64?

    /// Entries in that round.
    public internal(set) var entries: UInt64 = 0

    /// Findings of that round, or of the one under way where it has more.
    public internal(set) var findings = 0

    /// The first of them.
    public internal(set) var first: CheckFinding?
}

/// Goes round the whole store again and again at a bounded rate, and holds it to the tree.
///
/// The same check as `fsck`, up to the head that was published when a round began, in pieces of
/// a few rows: no snapshot, no iterator and no lock outlives a piece. It waits while statements
/// wait for the sequencer, and does not hurry afterwards (``ScrubPace``). Blocks that are in
/// RocksDB's cache are read from there: what the disk has of them is seen once they have left it.
package final class Scrubber: Sendable {
    /// What a round goes round: the store, its newest head that is published, and the manifests
    /// that are being erased.
    package typealias Source = @Sendable () -> (store: Store, head: HeadRow, erasing: Set<Hash>)

    /// Rows in one piece: a few milliseconds.
    private static let rows = 1024

    /// Rows that an entry has, on average, in all families together.
    private static let rowsPerEntry = 7

    /// Seconds that it waits while others have work, and how often before it goes on anyway.
    private static let (yieldSeconds, yields) = (0.05, 40)

    private let source: Source
    private let options: ScrubOptions
    private let load: @Sendable () -> Int
    private let clock: @Sendable () -> UInt64
    private let logger: Logger
    private let thread = BackgroundThread()
    private let state = Mutex(ScrubStatus())

    /// Findings of the round under way.
    private let underWay = Mutex(0)

    /// - Parameters:
    ///   - source: asked at the beginning of each round.
    ///   - load: the number of statements that wait for the sequencer.
    package init(
        _ options: ScrubOptions, source: @escaping Source, load: @escaping @Sendable () -> Int,
        clock: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        self.source = source
        self.options = options
        self.load = load
        self.clock = clock
        self.logger = logger
    }

    /// The results so far.
    package var status: ScrubStatus { state.withLock { $0 } }

    /// Starts the thread, where there is a rate; call once.
    package func start() {
        guard options.entriesPerSecond > 0 else { return }
        thread.start("scrub") { [self] in
            guard thread.sleep(options.firstRestSeconds) else { return }
            repeat { goRound() } while thread.sleep(options.restSeconds)
        }
    }

    /// Stops after the piece that is under way, and returns when the thread has ended.
    package func stop() { thread.stop() }

    private func goRound() {
        underWay.withLock { $0 = 0 }
        let findings = Findings { [self] finding in hear(finding) }
        let (store, head, pending) = source()
        var check = CheckOptions()
        check.workers = 1
        do throws(LedgerError) {
            let rows = CheckedStore(
                store.database, columns: CheckedStore.columns(of: store.database), snapshot: nil,
                findings: findings, pace: pace())
            let bounds = try CheckBounds(upTo: head, rows)
            finish(try StoreCheck(rows, bounds, check, erasing: pending).run())
        } catch {
            // Closed, or opened again after a failed write: the next round sees the new opening.
            if error != .closed { logger.warning("the scrub stopped early: \(error)") }
        }
    }

    /// Lets as many rows go by as the rate allows.
    private func pace() -> CheckPace {
        let pace = Mutex(
            ScrubPace(
                rowsPerSecond: Double(options.entriesPerSecond * Self.rowsPerEntry), from: .now))
        let thread = thread
        let load = load
        return CheckPace.slow(rows: Self.rows) { rows throws(LedgerError) in
            let rest = pace.withLock { $0.rest(after: rows, at: .now) } / .seconds(1)
            guard rest <= 0 || thread.sleep(rest) else { throw .closed }
            for _ in 0..<Self.yields where load() > 0 {
                guard thread.sleep(Self.yieldSeconds) else { throw .closed }
            }
            guard !thread.isStopping else { throw .closed }
        }
    }

    /// Makes a finding loud at once: the row in the log, and a number that alerts can watch.
    private func hear(_ finding: CheckFinding) {
        logger.error(
            "the scrub found damage: \(finding.detail)",
            metadata: [
                "family": "\(finding.family)", "key": "\(finding.key)",
                "rule": "\(finding.rule.rawValue)",
            ])
        let round = underWay.withLock { count in
            count += 1
            return count
        }
        let count = state.withLock { state in
            if state.first == nil { state.first = finding }
            state.findings = max(state.findings, round)
            return state.findings
        }
        Gauge(label: "colophon_scrub_findings").record(count)
    }

    private func finish(_ report: CheckReport) {
        let now = clock()
        state.withLock { state in
            state.rounds += 1
            state.lastFinished = now
            state.entries = report.size
            state.findings = report.findingCount
            state.first = report.findings.first
        }
        Gauge(label: "colophon_scrub_findings").record(report.findingCount)
        Gauge(label: "colophon_scrub_last_finished_seconds").record(now)
        Counter(label: "colophon_scrub_entries_total").increment(by: Int64(report.size))
        logger.debug("scrub round finished", metadata: ["entries": "\(report.size)"])
    }
}
