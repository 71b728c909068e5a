/// Which tree the first leaves of a larger tree are, with the hashes that show it.
///
/// The hashes are those of a consistency proof (RFC 9162 §2.1.4.1), and the complete subtree that
/// they begin at always stands first. A consistency proof leaves it out where the smaller size is
/// a power of two, for there it is the older root, which its reader has. So this proof leads to
/// both roots and is given neither: it can show that a tree does not extend another.
///
/// A value of this type is well formed. It proves nothing until ``roots`` gives the root of a tree
/// head that the caller trusts as that of the whole tree. Then there is only one root of its first
/// leaves that anybody can show, for no two trees with one root are known.
public struct PrefixProof: Hashable, Sendable {
    /// Number of first leaves; at least 1, and below `treeSize`.
    public let size: UInt64

    /// Number of leaves in the whole tree, at most 2^63.
    public let treeSize: UInt64

    /// The last of the complete subtrees that the first leaves are made of, then its siblings on
    /// the way up to the root.
    public let path: [Hash]

    /// Creates a proof after checking everything about it that needs no hashing.
    public init(size: UInt64, treeSize: UInt64, path: [Hash]) throws(ProofError) {
        guard treeSize <= CompactRange.maximumSize else { throw .treeTooLarge(treeSize) }
        guard size > 0 else { throw .nothingToProve }
        guard size < treeSize else { throw .sizesOutOfOrder(old: size, new: treeSize) }
        let expected = 1 + PathShape(ofFirst: size, in: treeSize).count
        guard path.count == expected else {
            throw .wrongPathLength(path.count, expected: expected)
        }
        self.size = size
        self.treeSize = treeSize
        self.path = path
    }

    /// Takes the hashes of a consistency proof between two sizes that differ.
    ///
    /// - Parameters:
    ///   - proof: The consistency proof.
    ///   - root: The root of the larger tree's first leaves; it is needed where their number is a
    ///     power of two, and not looked at elsewhere.
    public init(_ proof: ConsistencyProof, root: Hash? = nil) throws(ProofError) {
        let first = proof.oldSize.nonzeroBitCount == 1 ? [root].compactMap { $0 } : []
        try self.init(size: proof.oldSize, treeSize: proof.newSize, path: first + proof.path)
    }

    /// The two roots that the hashes lead to: that of the first leaves, and that of the whole tree
    /// (RFC 9162 §2.1.4.2).
    public var roots: (prefix: Hash, whole: Hash) {
        PathShape(ofFirst: size, in: treeSize).roots(from: path[0], path[1...])
    }
}
