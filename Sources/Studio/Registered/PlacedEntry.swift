import Merkle
import Provenance

/// An entry that a ledger has listed, whose place in the log is proven.
struct PlacedEntry: Sendable {
    /// The place.
    let index: UInt64

    /// The name of the entry.
    let entry: EntryID

    /// The artifacts that it names.
    let digests: [Hash]

    /// The entry, as proofs of completeness are held to it.
    let indexed: IndexedEntry

    /// Takes the entry that a report is about; nil where nothing proves where it stands, or where a
    /// thief of the ledger's keys may have put it there.
    init?(_ report: Report) {
        guard let statement = report.statement, let indexed = IndexedEntry(report) else {
            return nil
        }
        (index, entry) = (indexed.index, statement.id)
        digests = statement.subjectDigests
        self.indexed = indexed
    }
}
