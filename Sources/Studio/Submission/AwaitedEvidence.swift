/// How far a submission goes before it is done with a record that has its receipt.
package enum EvidenceGoal: Hashable, Sendable {
    /// Until the quorum of the trust kit has seen a head that holds it, where the kit has one.
    case witnessed

    /// Until an authority of the trust kit has dated such a head, too.
    case timestamped
}

/// What a submission waits for, and how often the ledger says that it asks for it.
package enum AwaitedEvidence: Hashable, Sendable {
    /// A receipt: a statement was not sent yet, or its head is not served.
    case receipts

    /// The cosignatures of witnesses.
    case witnesses(every: Duration?)

    /// A token of a timestamp authority.
    case timestamps(every: Duration?)

    /// How often there may be more; nil where nobody says.
    var interval: Duration? {
        switch self {
        case .receipts: nil
        case .witnesses(let interval), .timestamps(let interval): interval
        }
    }
}
