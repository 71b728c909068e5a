/// What one epoch of rows of `keys` may hold, and how much may wait for the next.
package struct EpochLimits: Hashable, Sendable {
    /// Epochs' worth of entries that may wait in memory: one that is being written, and the next.
    package static let waiting = 2

    /// Entries: as one table file they are sorted and written in a fraction of a second.
    package var entries = 65_536

    /// Records: one entry has up to 202 of them, and entries alone would bound nothing.
    ///
    /// So many take 10 MiB.
    package var records = 262_144

    /// Entries of which a portion is made at the end of a batch: what a list looks through one by
    /// one, at most.
    package var portionEntries = 512

    /// Entries that are looked through for index heads at a start between two looks for an epoch:
    /// read from a disk they take a fraction of a second.
    package var lookedThrough: UInt64 = 65_536

    /// Rows of `keys` of which the map is made at a start between two looks for an epoch: a second
    /// or two, in which much less comes than may wait.
    package var mappedRows = 1 << 20

    /// The shortest rest between two looks for an epoch.
    ///
    /// What is due may be of entries whose head is not signed, and stay so for as long as a disk
    /// is full: nothing can be done then, and nothing wakes the indexer.
    package static let shortestRest = Duration.milliseconds(100)

    /// The limits of a ledger at work.
    package init() {}

    /// How long the indexer rests where nothing can be done now, and something is due at `due`.
    package static func rest(
        until due: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> Duration {
        max(shortestRest, due - now)
    }
}
