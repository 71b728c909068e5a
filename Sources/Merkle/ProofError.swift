/// Why a proof, or a claim about a tree, was rejected.
///
/// Every case means the claim must not be believed.
public enum ProofError: Error, Hashable {
    /// The tree would have more than 2^63 leaves (``CompactRange/maximumSize``).
    case treeTooLarge(UInt64)

    /// The leaf's position is not below the tree's size.
    case leafOutsideTree(leafIndex: UInt64, treeSize: UInt64)

    /// The older tree is said to be larger than the newer one.
    case sizesOutOfOrder(old: UInt64, new: UInt64)

    /// The path has a number of hashes that no proof for this position can have.
    case wrongPathLength(Int, expected: Int)

    /// A tree of this size is not made of this number of complete subtrees.
    case wrongRangeLength(Int, expected: Int)

    /// The older tree is empty: every tree extends it, so there is nothing to prove or believe.
    case nothingToProve

    /// The hashes do not lead to the older tree's root.
    case oldRootDiffers

    /// The hashes do not lead to the newer tree's root.
    case newRootDiffers
}
