package import Checkpoints
package import Merkle

/// Two heads that our key signed and that cannot both be of one tree.
///
/// Our tree leads from another root of `shown`'s size to `ours`, as `path` shows: so whoever
/// signed both has shown two trees.
package struct SplitView: Hashable, Sendable {
    /// The head that a witness shows; not larger than `ours`.
    package let shown: SignedCheckpoint

    /// Our own head.
    package let ours: SignedCheckpoint

    /// The consistency proof of our tree from the size of `shown` to that of `ours`.
    package let path: [Hash]
}
