/// Where the hashes of a path lie in a tree: what inclusion (RFC 9162 §2.1.3.1) and consistency
/// proofs (RFC 9162 §2.1.4.1) share.
///
/// The path starts at the complete subtree of level `start` that ends in, or is, the leaf
/// `leafIndex`, and goes up to the root of the tree of `treeSize` leaves.
///
///                 root
///               /      \
///             o          fork      the ways up from the leaf and from the last leaf meet here
///           /   \       /    \
///          o     o     o      o  ◄ the last sibling below the fork may be incomplete
///                     / \    /
///                    L   o  last
struct PathShape {
    let leafIndex: UInt64
    let treeSize: UInt64
    let start: Int

    /// The level at which the ways up from the leaf and from the last leaf meet.
    let fork: Int

    /// Lays a path out; `leafIndex < treeSize`, and `start` is not above the fork.
    init(from leafIndex: UInt64, level start: Int = 0, in treeSize: UInt64) {
        self.leafIndex = leafIndex
        self.treeSize = treeSize
        self.start = start
        fork = UInt64.bitWidth - (leafIndex ^ (treeSize - 1)).leadingZeroBitCount
    }

    /// The way up from the last of the complete subtrees that a tree's first leaves are made of;
    /// `0 < size < treeSize`.
    init(ofFirst size: UInt64, in treeSize: UInt64) {
        self.init(from: size - 1, level: size.trailingZeroBitCount, in: treeSize)
    }

    /// The number of hashes: one for each level below the fork, where every node has a sibling,
    /// and from there one for each left sibling of the tree's right border.
    var count: Int {
        fork - start + (leafIndex >> fork).nonzeroBitCount
    }

    /// Returns the roots of the leaves up to the start's last one, and of the whole tree, from the
    /// start's hash and the path's (RFC 9162 §2.1.4.2).
    func roots(
        from first: Hash, _ siblings: ArraySlice<Hash>
    ) -> (prefix: Hash, whole: Hash) {
        var siblings = siblings
        var (prefix, whole) = (first, first)
        for level in start..<fork {
            let sibling = siblings.removeFirst()
            if (leafIndex >> level) & 1 == 1 {
                prefix = .node(sibling, prefix)
                whole = .node(sibling, whole)
            } else {
                // Nodes on the right of the first leaves' border are not among them.
                whole = .node(whole, sibling)
            }
        }
        // From the fork up, both trees have the same left siblings.
        for sibling in siblings {
            prefix = .node(sibling, prefix)
            whole = .node(sibling, whole)
        }
        return (prefix, whole)
    }

    /// Returns the hashes of the path, nearest to the start first, after that of `first` if any.
    func path<Reader: NodeReader>(
        after first: NodeID? = nil, reading reader: Reader
    ) throws(Reader.Failure) -> [Hash] {
        // First which nodes: complete siblings, the parts of the incomplete one, left siblings.
        var nodes = first.map { [$0] } ?? []
        for level in start..<max(start, fork - 1) {
            nodes.append(sibling(at: level))
        }
        let below = nodes.count
        if fork > start {
            let last = sibling(at: fork - 1)
            nodes += NodeID.covering(last.index << last.level, treeSize)
        }
        let border = nodes.count
        for level in fork..<UInt64.bitWidth where (leafIndex >> level) & 1 == 1 {
            nodes.append(sibling(at: level))
        }
        // Then the arithmetic.
        let hashes = try reader.read(nodes)
        var path = Array(hashes[..<below])
        if border > below {
            path.append(CompactRange.root(of: hashes[below..<border]))
        }
        path += hashes[border...]
        return path
    }

    private func sibling(at level: Int) -> NodeID {
        NodeID(level: UInt8(level), index: (leafIndex >> level) ^ 1)
    }
}
