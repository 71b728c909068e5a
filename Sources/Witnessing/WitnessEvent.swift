package import Checkpoints

/// What the operator of a witness should hear of.
package enum WitnessEvent: Sendable {
    /// A new state was begun in an empty folder.
    case begun

    /// Cosigning stopped; it goes on by itself where the reason passes.
    case stopped(WitnessStateError)

    /// Cosigning goes on.
    case resumed

    /// One write made so many requests durable, and took so long.
    case wrote(requests: Int, Duration)

    /// A log has signed two trees of which neither extends the other: what was cosigned, and what
    /// was refused. The proof was found to convict.
    case misbehaviour(MisbehaviourProof)
}
