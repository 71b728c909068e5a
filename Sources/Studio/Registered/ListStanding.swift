/// How far it is shown that a ledger's list of the entries about a URI leaves none out
/// (milestones.md §2).
package enum ListStanding: Hashable, Sendable {
    /// It is the ledger's word.
    case claimed

    /// It is proven of all entries of the newest head: an index head says which of the first
    /// `indexed` are about the URI, and all others were read.
    case proven(indexed: UInt64)
}

/// Whose word is enough that a list leaves no entry out.
package enum ListTrust: Hashable, Sendable {
    /// Nobody's: it must be proven.
    case proof

    /// The ledger's.
    case word
}
