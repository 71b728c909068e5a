public import Encoding

/// What an entry of a log may be: the closed list of `typ` (index.md §8).
///
/// A ledger that has logged an index head admits these for ever, and no other without a second
/// version of the index: MapFn v1 finds the keys of these alone.
public enum EntryType: String, Hashable, Sendable, CaseIterable {
    /// A statement over a manifest's digest (statement.md §3).
    case statement

    /// A control statement (statement.md §7).
    case control

    /// An index head (index.md §8).
    case index

    /// A statement about numbered copies: the name is reserved, and no program of this version
    /// reads or admits one.
    case title

    /// A statement about many artifacts: the name is reserved, as that of ``title`` is.
    case collection

    /// The `typ` in the protected header.
    public var type: Text {
        switch self {
        case .statement: ContentType.statement
        case .control: ContentType.control
        case .index: ContentType.index
        case .title: ContentType.title
        case .collection: ContentType.collection
        }
    }

    /// Finds the entry type of a `typ`; nil for one that is not on the list.
    public init?(_ type: Text) {
        guard let known = Self.allCases.first(where: { $0.type == type }) else { return nil }
        self = known
    }
}
