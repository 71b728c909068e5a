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

    /// Its record without its manifest, which convicts a ledger whose index leaves the entry out;
    /// nil where there was no room for it.
    private(set) var record: [UInt8]?

    /// Takes the entry of a record; nil where nothing proves where it stands, or where a thief of
    /// the ledger's keys may have put it there.
    ///
    /// - Parameter report: what was found of the record.
    init?(_ whole: TransparentStatement, _ report: Report) {
        guard let statement = report.statement, let indexed = IndexedEntry(report) else {
            return nil
        }
        (index, entry) = (indexed.index, statement.id)
        digests = statement.subjectDigests
        self.indexed = indexed
        var bare = whole
        (bare.manifest, bare.issuers, bare.completes) = (nil, [], [])
        record = bare.encoded()
    }

    /// Drops the record where it has more bytes than there is `room`, which it takes up else.
    mutating func keepRecord(within room: inout Int) {
        guard let count = record?.count else { return }
        if count <= room { room -= count } else { record = nil }
    }
}
