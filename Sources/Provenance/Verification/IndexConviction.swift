public import Encoding
public import IndexMap
import Merkle

/// What a ledger is convicted of by its own signatures: two of its statements about its index
/// contradict each other (misbehaviour.md §6).
public struct IndexConviction: Hashable, Sendable {
    /// An index head that is logged.
    public struct Head: Hashable, Sendable {
        /// The name of the head.
        public let entry: EntryID

        /// Where it stands in the log.
        public let index: UInt64

        /// The number of entries that it covers.
        public let size: UInt64
    }

    /// What the ledger has done.
    public enum Kind: Hashable, Sendable {
        /// An entry that the head covers has a name, and the head's map does not list it.
        case omission(entry: UInt64, IndexName)

        /// An entry that an earlier head lists is not listed by a later one.
        ///
        /// Without an entry: a later one lists fewer, and does not show which are gone.
        case shrinking(entry: UInt64?, IndexName)

        /// An entry that an earlier head covers and does not list is listed by a later one.
        case late(entry: UInt64, IndexName)

        /// Two heads of one size name two maps, or two trees.
        case twoRoots

        /// The head names another tree of its size than the log has signed.
        case otherTree

        /// Two heads have one number among the ledger's index heads.
        case twoOfOneNumber(UInt64)

        /// A head does not follow one with a lower number: in its place, its size, its time or the
        /// head that it names as the one before.
        case outOfOrder

        /// An entry above the head is of a type that is not on the closed list.
        case unknownType(entry: UInt64, Text?)

        /// Two checkpoints of this size have two roots: the log itself is two.
        case splitView(size: UInt64)
    }

    /// The ledger's origin.
    public let origin: Text

    /// What the ledger has done.
    public let kind: Kind

    /// The heads that show it: one or two, the earlier first; none for a split view.
    public let heads: [Head]

    /// The first tree size at which a thief of the ledger's keys may have signed some of what shows
    /// it, as the kit's ledger says; nil where it says that of none of it.
    ///
    /// It acquits nobody: an operator could say so afterwards.
    public let suspectFrom: UInt64?
}

extension IndexConviction.Kind {
    /// The word for it in JSON.
    public var word: String {
        switch self {
        case .omission: "omission"
        case .shrinking: "shrinking"
        case .twoRoots: "two-roots"
        case .otherTree: "other-tree"
        case .late: "late"
        case .twoOfOneNumber, .outOfOrder: "chain"
        case .unknownType: "typ"
        case .splitView: "split-view"
        }
    }
}
