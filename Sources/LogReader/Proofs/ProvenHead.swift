public import Checkpoints

/// A head of a log that may be believed: the log has signed it, or it is the head of the first
/// entries of a tree that the log has signed.
public struct ProvenHead: Hashable, Sendable {
    /// Origin, size and root.
    public let checkpoint: Checkpoint

    /// The note with the log's signature; nil where nobody is known to have signed this size, and
    /// the root was computed from tiles of a larger tree that is signed.
    public let signed: SignedCheckpoint?

    /// Takes a head whose signature was verified; `verified` must be about this very note.
    public init(_ signed: SignedCheckpoint, _ verified: VerifiedCheckpoint) {
        precondition(signed.claim == verified.checkpoint, "a note was opened as another one")
        checkpoint = verified.checkpoint
        self.signed = signed
    }

    /// Takes a head whose root was computed from proven tiles.
    init(computed checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        signed = nil
    }
}
