/// What one epoch of rows of `keys` may hold, and how much may wait for the next.
enum EpochLimits {
    /// Entries: as one table file they are sorted and written in a fraction of a second.
    static let entries = 65_536

    /// Records: one entry has up to 202 of them, so entries alone would bound nothing. So many take
    /// 10 MiB.
    static let records = 262_144

    /// Epochs' worth of records that may wait in memory: one that is being written, and the next.
    static let waiting = 2

    /// Entries of a portion: what one list looks through without an order, at most.
    static let portionEntries = 512
}
