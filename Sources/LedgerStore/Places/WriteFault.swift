/// The writes between the queue and the answer, in their order, and those behind them.
package enum WriteStep: String, CaseIterable, Sendable {
    /// The rows of a batch with its unsigned head, synced.
    case batch

    /// The high-water file, synced.
    case highWater

    /// The head again, signed; not synced.
    case head

    /// A table file of rows of `keys` beside the store, by the indexer; synced. Where it fails
    /// nothing is wrong with the store, and writing goes on.
    case table

    /// Such a table becomes part of the store; durable.
    case ingest

    /// How far these rows have come, by the indexer; not synced, but for the end of a migration.
    case cursor

    /// The lists of an index and their full tiles, by the indexer; not synced.
    case lists

    /// The map of an index, in a file beside the store that has not its name yet, by the indexer;
    /// synced. Where it fails nothing is wrong with the store, and writing goes on.
    case snapshot

    /// The digest of such a file, by the indexer; synced.
    case snapshotDigest

    /// The name of such a file, by the indexer; durable. As with its contents, writing goes on.
    case snapshotName

    /// The removal of a family of format 1, at the end of a migration; durable.
    case drop

    /// The marks of erased manifests and how far erasures are, by the eraser; synced.
    case erasure

    /// The removal of old heads, by upkeep; not synced.
    case prune

    /// A published head again, with cosignatures that arrived later; synced, unless others of them
    /// complete the quorum.
    case evidence

    /// Evidence about a published head, by an authority or a calendar; synced.
    case anchor
}

/// How a write fails in a test: the writer is told the same both times, and must not care.
package enum WriteFault: CaseIterable, Sendable {
    /// Nothing of it is on the disk.
    case lost

    /// All of it is on the disk.
    case persisted
}

/// Asked before each write whether it shall fail; only tests have one (reliability.md).
package typealias WriteFaultHook = @Sendable (WriteStep) -> WriteFault?
