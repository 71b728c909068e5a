import IndexMap
import Jobs
import LedgerStore
import Logging
import Metrics
import Synchronization

/// Writes the rows of `keys` behind the sequencer, epoch by epoch, on a thread of its own.
///
/// An epoch is one sorted table file, written and synced beside the store while others write, and
/// then made part of it. It is begun when as much waits as an epoch holds, when the oldest entry
/// has waited for the interval, or when a statement was refused for lack of room. An idle ledger
/// has no timer. A ledger that closes begins nothing: what waits is in the log, and the next start
/// reads it from there.
///
/// | a crash | leaves | repaired by |
/// |---|---|---|
/// | while a table is written | a file that nobody names | the next opening, which removes it |
/// | between table and cursor | rows ahead of the cursor | the next epoch, which repeats them |
///
/// Behind the rows it makes the map of the index, where that is on (``IndexMaker``).
///
/// In a folder of format 1 it also migrates, whenever nothing else is due (``KeyMigration``).
final class KeyIndexer: Sendable {
    /// Entries that are read at a time, at most, so that a stop is quick.
    private static let gathered = 512

    /// Between two looks whether signing is still held.
    private static let holdLook = Duration.seconds(1)

    /// Seconds before what failed is tried again: twice as many each time.
    private static let retrySeconds = (first: 0.2, longest: 60.0)

    private let published: Published
    private let interval: Duration
    private let limits: EpochLimits
    private let options: LedgerOptions
    private let logger: Logger
    private let thread = BackgroundThread()
    private let metrics = KeyMetrics()

    /// Why it does not go on now; nil where it does.
    private let failure = Mutex<LedgerError?>(nil)

    /// Why keys are not indexed now; nil where they are.
    var failed: LedgerError? { failure.withLock { $0 } }

    /// Asks the sequencer for an index head; false where it takes no more.
    private let ask: @Sendable (IndexHeadOrder) -> Bool

    init(
        published: Published, options: LedgerOptions,
        ask: @escaping @Sendable (IndexHeadOrder) -> Bool, logger: Logger
    ) {
        self.published = published
        self.ask = ask
        self.options = options
        limits = options.epochs
        interval = options.indexInterval
        self.logger = logger
    }

    /// Starts the thread; call once.
    func start() {
        published.portions.observe { [thread] in thread.wakeUp() }
        thread.start("indexer") { [self] in run() }
    }

    /// Stops after the write that is under way, and returns when the thread has ended.
    func stop() {
        published.portions.close()
        thread.stop()
    }

    private func run() {
        let thread = thread
        let snapshots = IndexSnapshots(options, isStopping: { thread.isStopping }, logger: logger)
        snapshots.removeUnfinished()
        var maker = IndexMaker(
            published: published, limits: limits, snapshots: snapshots, ask: ask,
            isStopping: { thread.isStopping }, metrics: metrics, logger: logger)
        work(&maker)
        maker.end(published.store)
    }

    /// Works until the thread is to end.
    private func work(_ maker: inout IndexMaker) {
        var migration = KeyMigration(
            published: published, limits: limits, metrics: metrics, logger: logger)
        var failures = 0
        while !thread.isStopping {
            do throws(LedgerError) {
                if try !step(&migration, &maker) {
                    guard rest(migration.restsUntil) else { return }
                }
                if failures > 0 { failure.withLock { $0 = nil } }
                failures = 0
            } catch {
                guard !thread.isStopping else { return }
                note(error)
                let delay = Self.retrySeconds.first * Double(1 << min(failures, 9))
                failures += 1
                published.writingMayHaveFailed()
                guard thread.pause(.seconds(min(delay, Self.retrySeconds.longest))) else { return }
            }
            metrics.waiting.record(published.portions.waitingEntries)
            metrics.mapBytes.record(published.index.byteCount)
            metrics.stopped.record(published.index.hasStopped ? 1 : 0)
        }
    }

    /// Says why keys are not indexed, once for each reason: but for a store that is opened again.
    private func note(_ error: LedgerError) {
        metrics.waiting.record(published.portions.waitingEntries)
        guard error != .closed else { return }
        let isNew = failure.withLock { failure in
            defer { failure = error }
            return failure != error
        }
        if isNew { logger.error("keys are not indexed: \(error)") }
    }

    /// Sleeps until something is due; false where the thread is to end.
    private func rest(_ other: ContinuousClock.Instant?) -> Bool {
        let due = published.portions.due(after: interval)
        // While nothing is signed, an index head may wait, and nobody says when that ends.
        let isHeld = published.hold != nil && published.index.isOn
        let look = isHeld ? ContinuousClock.now + Self.holdLook : nil
        guard let next = [due, other, look].compactMap({ $0 }).min() else { return thread.sleep() }
        return thread.sleep(EpochLimits.rest(until: next, at: .now) / .seconds(1))
    }

    /// Does the next thing that is due; false where nothing is.
    private func step(
        _ migration: inout KeyMigration, _ maker: inout IndexMaker
    ) throws(LedgerError) -> Bool {
        let (store, head) = published.snapshot
        if let gap = published.portions.gap(below: head.size), gap.hasRoom {
            try gather(store, from: gap.start, to: head.size)
            return true
        }
        if let epoch = published.portions.epoch(below: head.size, interval: interval) {
            try write(epoch, to: store)
            maker.note(epoch)
            return true
        }
        if try maker.step(store) { return true }
        return try migration.step(store) { () throws(LedgerError) in try makeWay(in: store) }
    }

    /// Reads the keys of entries that are in no portion from their leaves.
    private func gather(
        _ store: Store, from start: UInt64, to size: UInt64
    ) throws(LedgerError) {
        do throws(LedgerError) {
            // Not more than a portion, or what is read might not fit beside what waits.
            let end = min(start + UInt64(min(Self.gathered, limits.portionEntries)), size)
            var entries: [[IndexKey]] = []
            try store.forEachKeys(from: start, below: end) { _, keys in
                entries.append(keys)
                return true
            }
            // Where the sequencer was faster the next look sees another gap, or none.
            published.portions.append(entries, from: start, epochs: EpochLimits.waiting)
            published.portions.gapChanged()
        } catch {
            published.portions.gapChanged(error)
            throw error
        }
    }

    private func write(_ epoch: KeyEpoch, to store: Store) throws(LedgerError) {
        let end = epoch.entries.upperBound
        let path = try store.writeTable(of: epoch.records, below: end)
        try makeWay(in: store)
        metrics.ingested(try store.ingestKeys(path), records: epoch.records.count)
        // A crash here leaves rows ahead of the cursor.
        try store.write(.cursor, sync: false) { rows in rows.put(keysEnd: end) }
        published.portions.finish(below: end)
    }

    /// Waits while compaction of `keys` is behind: nobody else waits for it.
    private func makeWay(in store: Store) throws(LedgerError) {
        while store.unmergedKeyFiles > StoreLayout.unmergedKeyFiles {
            metrics.waiting.record(published.portions.waitingEntries)
            guard thread.pause(.milliseconds(200)) else { throw .closed }
        }
    }
}
