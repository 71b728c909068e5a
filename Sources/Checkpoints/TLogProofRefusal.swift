/// Why a well-formed proof file does not show that a log holds an entry.
public enum TLogProofRefusal: Error, Hashable, Sendable {
    /// The policy does not accept the checkpoint.
    case checkpoint(PolicyRefusal)

    /// Leaf and path do not lead to the checkpoint's root: not this entry, or not this log.
    case otherRoot
}
