public import Encoding
public import Merkle
public import Provenance

/// What a step says that it was made from, and what is known of that.
public struct HistoryParent: Hashable, Sendable {
    /// How the step names it.
    public enum Name: Hashable, Sendable {
        /// By its entry.
        case entry(EntryID)

        /// By the SHA-256 of a file.
        case file(Hash)
    }

    /// What was found of it.
    public enum Finding: Hashable, Sendable {
        /// It is a step of this history.
        case step(EntryID)

        /// The ledger was asked, or its log read, and does not have it.
        case notInLog

        /// Nobody looked: a limit was reached.
        case beyondLimit

        /// Nobody was asked.
        case notLookedUp
    }

    /// How the step names it.
    public let name: Name

    /// The part that it has in the step: parentOf, componentOf or inputTo.
    public let relation: Text

    /// What was found of it.
    public var finding: Finding

    /// Names a parent of which nothing is known yet.
    public init(_ name: Name, relation: Text, finding: Finding = .notLookedUp) {
        self.name = name
        self.relation = relation
        self.finding = finding
    }
}
