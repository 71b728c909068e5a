public import Provenance

/// An entry that says that it withdraws or corrects another one.
public struct Retraction: Hashable, Sendable {
    /// Whose word it is.
    public enum Taker: String, Hashable, Sendable {
        /// Of the signer of the other entry, in a proven place, by a key that might sign there.
        case signer

        /// Not known: by a key that a thief may have, or that is not known here, or in no log.
        case doubtful

        /// Of somebody else, whose key is known. It decides nothing.
        case other
    }

    /// The entry that takes the other one back.
    public let entry: EntryID

    /// Whether it withdraws the other one; else it corrects it.
    public let isWithdrawal: Bool

    /// Whose word that is.
    public let taker: Taker

    /// What is said of the other one.
    public let line: HistoryRow.Line
}
