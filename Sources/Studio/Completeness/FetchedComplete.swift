package import Provenance

/// A proof of completeness that a ledger gave, and what it shows.
package struct FetchedComplete: Sendable {
    /// An entry that was fetched, and is proven to stand in the log.
    package struct Entry: Sendable {
        /// Where it stands.
        package let index: UInt64

        /// Its name.
        package let entry: EntryID

        /// Names an entry.
        package init(index: UInt64, entry: EntryID) {
            (self.index, self.entry) = (index, entry)
        }
    }

    /// The bytes of the proof, as a file has them.
    package let bytes: [UInt8]

    /// What it shows, by the trust kit.
    package let completeness: Report.Completeness

    /// The entries that were fetched, by rising index.
    package let entries: [Entry]

    /// An entry that the ledger's own list names, and its proof leaves out.
    package let leftOut: LeftOutEntry?

    /// Takes a proof that was judged.
    package init(
        bytes: [UInt8], completeness: Report.Completeness, entries: [Entry],
        leftOut: LeftOutEntry? = nil
    ) {
        (self.bytes, self.completeness) = (bytes, completeness)
        (self.entries, self.leftOut) = (entries, leftOut)
    }

    /// What is said of the name.
    package var answer: Report.Completeness.Answer? { completeness.answers.first }
}
