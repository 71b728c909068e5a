/// A checkpoint that a policy accepted: signed by a log it lists, seen by its quorum.
///
/// Only ``TrustPolicy/open(_:allowingExtensions:)`` makes one.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// What the log signed.
    public let checkpoint: Checkpoint

    /// The key it signed with.
    public let log: VerifierKey

    /// When the quorum was complete, POSIX seconds; nil where the policy asks for none.
    public let time: UInt64?

    /// Takes an evaluation that is accepted.
    init(_ evaluation: PolicyEvaluation, key: VerifierKey, time: UInt64?) {
        self.checkpoint = evaluation.checkpoint
        self.log = key
        self.time = time
    }
}
