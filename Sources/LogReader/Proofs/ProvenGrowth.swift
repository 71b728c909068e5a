import Checkpoints
public import Merkle

/// A log's growth, which holds: the tree of the newer head begins with that of the older one.
public struct ProvenGrowth: Hashable, Sendable {
    /// The head of the smaller tree, which has an entry at least.
    public let old: ProvenHead

    /// The head of the larger tree, or of the same.
    public let new: ProvenHead

    /// The hashes that lead to both roots; none where both trees are one.
    public let proof: ConsistencyProof

    /// Checks the arithmetic: a path that leads elsewhere is no value of this type.
    public init(
        from old: ProvenHead, to new: ProvenHead, path: [Hash]
    ) throws(ProofFault) {
        guard old.checkpoint.origin == new.checkpoint.origin else { throw .otherOrigin }
        do throws(ProofError) {
            proof = try ConsistencyProof(
                oldSize: old.checkpoint.size, newSize: new.checkpoint.size, path: path)
            try proof.verify(old: old.checkpoint.root, new: new.checkpoint.root)
        } catch {
            switch error {
            case .oldRootDiffers: throw .otherOldRoot
            case .newRootDiffers: throw .otherRoot
            default: throw .malformed(error)
            }
        }
        self.old = old
        self.new = new
    }
}
