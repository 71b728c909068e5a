import IndexMap

/// An entry that is proven to stand in the kit's ledger, with the names that it has in the index.
///
/// A proof of completeness is held to what is shown.
public struct IndexedEntry: Hashable, Sendable {
    /// The position in the log of the kit's ledger.
    public let index: UInt64

    /// The keys of the entry in the index.
    let keys: Set<IndexKey>

    /// Takes the entry that a report is about; nil where nothing proves where it stands, or where
    /// a thief of the ledger's keys may have put it there.
    public init?(_ report: Report) {
        guard let statement = report.statement, let index = report.index, !report.isHeadSuspect
        else { return nil }
        self.init(statement, at: index)
    }

    /// Takes a statement that the caller has proven to stand at `index` of the kit's ledger.
    package init(_ statement: Statement, at index: UInt64) {
        self.index = index
        keys = Set(statement.indexKeys)
    }
}
