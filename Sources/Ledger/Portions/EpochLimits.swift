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

    /// The limits of a ledger at work.
    package init() {}
}
