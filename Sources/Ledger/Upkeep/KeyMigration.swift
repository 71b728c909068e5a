import LedgerStore
import Logging

/// Brings a folder of format 1 to format 2, a table file at a time: the rows of `keys` of entries
/// that came before the upgrade are written from their leaves, then `subjects` and `threads` go.
///
/// It rests as long as it works, so that half a core is left to others.
///
/// | a crash | leaves | repaired by |
/// |---|---|---|
/// | between table and cursor | rows ahead of the cursor | the next table, which has them again |
/// | while a family is removed | one of the two, or none | the next start, which removes the rest |
struct KeyMigration {
    /// Between two lines of the log.
    private static let reportInterval = Duration.seconds(10)

    private let published: Published
    private let limits: EpochLimits
    private let metrics: KeyMetrics
    private let logger: Logger
    private var reportedAt: ContinuousClock.Instant?

    /// When it goes on; nil where it is done.
    private(set) var restsUntil: ContinuousClock.Instant?

    init(published: Published, limits: EpochLimits, metrics: KeyMetrics, logger: Logger) {
        self.published = published
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
    }

    /// Does the next step; false where none is due.
    ///
    /// - Parameter makeWay: called before a table is ingested.
    mutating func step(
        _ store: Store, _ makeWay: () throws(LedgerError) -> Void
    ) throws(LedgerError) -> Bool {
        guard let migration = published.portions.migration else {
            restsUntil = nil
            return false
        }
        if let restsUntil, restsUntil > .now { return false }
        let start = ContinuousClock.now
        if migration.isComplete {
            try finish(migration, in: store)
            restsUntil = nil
        } else {
            report(migration)
            try moveOn(migration, in: store, makeWay)
            restsUntil = .now + (.now - start)
        }
        return true
    }

    private func moveOn(
        _ migration: Migration, in store: Store, _ makeWay: () throws(LedgerError) -> Void
    ) throws(LedgerError) {
        let (records, end) = try limits.records(
            of: store, from: migration.done, below: migration.base)
        var next = migration
        next.done = end
        let path = try store.writeTable(of: records, below: next.done)
        try makeWay()
        metrics.ingested(try store.ingestKeys(path), records: records.count)
        // The old families go when this says that all is done: so the last one is synced.
        try store.write(.cursor, sync: next.isComplete) { rows in rows.put(next) }
        published.portions.migrated(next)
        metrics.migrated(leaving: next.base - next.done)
    }

    private func finish(_ migration: Migration, in store: Store) throws(LedgerError) {
        try store.dropOldFamilies()
        try store.write(.cursor, sync: true) { rows in rows.removeMigration() }
        published.portions.migrated(nil)
        metrics.migrated(leaving: 0)
        logger.notice(
            "the folder has storage format 2 now", metadata: ["entries": "\(migration.base)"])
    }

    private mutating func report(_ migration: Migration) {
        if let reportedAt, reportedAt + Self.reportInterval > .now { return }
        reportedAt = .now
        logger.notice(
            "storage format 1 is being migrated",
            metadata: ["entries": "\(migration.done)", "of": "\(migration.base)"])
    }
}
