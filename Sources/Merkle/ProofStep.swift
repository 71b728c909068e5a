/// One hashing of the arithmetic of a proof, for whoever shows it: the verification does not use
/// it.
public struct ProofStep: Hashable, Sendable {
    /// The hash of the path.
    public let sibling: Hash

    /// Whether it stands on the right of what is known so far.
    public let isOnRight: Bool

    /// The node over both.
    public let node: Hash
}

extension InclusionProof {
    /// Returns each step from the leaf to the root (RFC 9162 §2.1.3.2); the last one's node is the
    /// root.
    public func steps(from leaf: Hash) -> [ProofStep] {
        let fork = PathShape(from: leafIndex, in: treeSize).fork
        var node = leaf
        return path.enumerated().map { level, sibling in
            let isOnRight = level < fork && (leafIndex >> level) & 1 == 0
            node = isOnRight ? .node(node, sibling) : .node(sibling, node)
            return ProofStep(sibling: sibling, isOnRight: isOnRight, node: node)
        }
    }
}

extension ConsistencyProof {
    /// Where the arithmetic begins: in the older root where its size is a power of two, else in
    /// the first hash of the path.
    ///
    /// Nil where both trees are one, or the older is empty.
    public func start(old: Hash) -> Hash? {
        guard oldSize > 0, oldSize < newSize else { return nil }
        return oldSize.nonzeroBitCount == 1 ? old : path.first
    }

    /// Returns each step to the newer root (RFC 9162 §2.1.4.2); the last one's node is the root.
    ///
    /// The same steps without those whose sibling is on the right lead to the older root.
    public func steps(old: Hash) -> [ProofStep] {
        guard var node = start(old: old) else { return [] }
        let shape = PathShape(ofFirst: oldSize, in: newSize)
        let siblings = oldSize.nonzeroBitCount == 1 ? path[...] : path.dropFirst()
        return siblings.enumerated().map { place, sibling in
            let level = shape.start + place
            let isOnRight = level < shape.fork && (shape.leafIndex >> level) & 1 == 0
            node = isOnRight ? .node(node, sibling) : .node(sibling, node)
            return ProofStep(sibling: sibling, isOnRight: isOnRight, node: node)
        }
    }
}
