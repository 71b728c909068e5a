/// When the map of an index is written to its file (index.md §6).
package struct SnapshotLimits: Hashable, Sendable {
    /// Entries that come before the next one, at least: read from their leaves at a start, they
    /// take some seconds.
    package var entries: UInt64 = 1 << 19

    /// Which part of all entries must have come besides: so what all snapshots together write for
    /// an entry is bounded by what its records take in one, however large the log is.
    package static let part: UInt64 = 64

    /// Entries that have come where the end of the ledger writes one: an epoch's worth, for below
    /// it a start has nothing to save.
    package var entriesAtEnd: UInt64 = 65_536

    /// Bytes of memory of the largest map that the end of the ledger writes: the file has less than
    /// half of them, and a stop takes a second or two longer.
    package var byteCountAtEnd = 128 << 20

    /// How long a write that failed is left alone.
    package static let rest = Duration.seconds(600)

    /// The limits of a ledger at work.
    package init() {}
}
