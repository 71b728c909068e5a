/// A checkpoint that a policy accepted: signed by a log that it lists, seen by its quorum.
///
/// Only ``TrustPolicy/open(_:)`` makes one.
public struct AcceptedCheckpoint: Hashable, Sendable {
    /// The checkpoint, signed by the log.
    public let head: VerifiedCheckpoint

    /// When the quorum was complete, POSIX seconds; nil where the policy asks for none.
    public let time: UInt64?

    init(_ head: VerifiedCheckpoint, time: UInt64?) {
        self.head = head
        self.time = time
    }

    /// The checkpoint that the log signed.
    public var checkpoint: Checkpoint { head.checkpoint }
}
