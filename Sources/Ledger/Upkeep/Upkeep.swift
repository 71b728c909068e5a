import Foundation
import Jobs
import LedgerStore
import Logging
import Metrics
import Provenance

/// What keeps the store small, on a thread of its own behind the sequencer: old heads are
/// removed.
final class Upkeep: Sendable {
    private let published: Published
    private let seconds: Double
    private let clock: @Sendable () -> UInt64
    private let logger: Logger
    private let thread = BackgroundThread()

    init(
        published: Published, seconds: Double, clock: @escaping @Sendable () -> UInt64,
        logger: Logger
    ) {
        self.published = published
        self.seconds = seconds
        self.clock = clock
        self.logger = logger
    }

    /// Starts the thread; call once.
    func start() {
        thread.start("upkeep") { [self] in run() }
    }

    /// Stops after the present step, and returns when the thread has ended.
    func stop() { thread.stop() }

    private func run() {
        var pruner = HeadPruner()
        var hasFailed = false
        while thread.sleep(seconds) {
            do throws(LedgerError) {
                let (store, head) = published.snapshot
                let removed = try pruner.prune(
                    store, newest: head, now: clock(), rule: published.rule,
                    seen: published.seenSize, dated: { published.anchors.held })
                if removed > 0 {
                    Counter(label: "colophon_pruned_heads_total").increment(by: removed)
                    logger.debug("heads pruned", metadata: ["count": "\(removed)"])
                }
                hasFailed = false
            } catch {
                // A pruner that failed begins anew, so that it skips nothing.
                pruner = HeadPruner()
                if !hasFailed, error != .closed { logger.error("upkeep failed: \(error)") }
                hasFailed = true
                published.writingMayHaveFailed()
            }
        }
    }
}
