package import Cards
package import Manifests

/// What was found of the entries that look like a picture.
package struct FoundLikeness: Sendable {
    /// An entry that is proven to be in the log, and whose manifest has a hash that is near.
    package struct Entry: Sendable {
        /// The entry as `history` has it: proven, its signer judged.
        package let step: HistoryStep

        /// The bits in which its hash differs from the nearest of those looked for.
        package let distance: Int

        /// Which of those it is nearest to; the first of several.
        package let orientation: Int

        /// The distance in a word.
        package let band: LikenessBand
    }

    /// Entries of the log that the ledger has looked at, from the first on: its word.
    package let covered: UInt64

    /// Entries that it has: its word.
    package let size: UInt64

    /// Whether the ledger says that it has looked at all of them.
    package let coversAll: Bool

    /// Whether the ledger says that it serves the table of what a hash survives, at
    /// ``LikenessWords/path`` below its address.
    package let hasTable: Bool

    /// The entries, the nearest first.
    package let entries: [Entry]

    /// The same, with later entries that withdraw or correct some of them, as far as the ledger's
    /// lists name these; nil where nothing was found.
    package let history: WorkHistory?

    /// Entries that the ledger named, and whose manifests were erased since.
    package let erasedCount: Int

    /// Whether the ledger says that there are more.
    package let hasMore: Bool

    /// The place behind which they are; nil where there are none, or the ledger cannot go on.
    package let next: LikenessPlace?
}
