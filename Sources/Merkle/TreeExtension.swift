/// What one batch of leaves adds to a tree, kept so that the proofs of its leaves need no storage.
///
/// It holds the new complete subtrees of every level and the tree's right border. Together with
/// the compact range of the tree before, these are all the siblings that new leaves can have.
public struct TreeExtension: Sendable {
    /// The tree before.
    public let base: CompactRange

    /// The tree after.
    public private(set) var range: CompactRange

    /// For each level the subtrees that the batch completes, left to right.
    ///
    /// The first has the index `base.size >> level`; level 0 are the leaves themselves.
    private let levels: [[Hash]]

    /// For each level up to the root's, the subtree that holds the last leaf, complete or not.
    ///
    /// Nothing where the batch is empty.
    private var border: [Hash] = []

    /// Adds `leaves`, given their hashes, to the tree `base`.
    ///
    /// The tree must not grow beyond ``CompactRange/maximumSize``.
    public init(of base: CompactRange, adding leaves: [Hash]) {
        precondition(
            UInt64(leaves.count) <= CompactRange.maximumSize - base.size,
            "a tree has at most 2^63 leaves")
        self.base = base
        range = base
        levels = Self.levels(of: leaves, after: base)
        guard !leaves.isEmpty else { return }
        let size = base.size + UInt64(leaves.count)
        let nodes = CompactRange.nodes(of: size)
        range = CompactRange(unchecked: size, nodes.map { hash(Int($0.level), $0.index) })
        border = rightBorder()
    }

    /// Number of leaves in the tree after.
    public var size: UInt64 { range.size }

    /// The root of the tree after (RFC 9162 §2.1.1).
    public var root: Hash { border.last ?? base.root }

    /// Returns the complete subtrees of one level that the batch added, left to right, and the
    /// index of the first.
    ///
    /// At the levels 0, 8, 16, and so on, this is what tiles grow by. Where nothing was added,
    /// `first` is the index that the next one will have.
    public func nodes(atLevel level: UInt8) -> (first: UInt64, hashes: [Hash]) {
        let hashes = Int(level) < levels.count ? levels[Int(level)] : []
        return (base.size >> UInt64(level), hashes)
    }

    /// Returns the inclusion path of a leaf of the batch in the tree after: its sibling hashes,
    /// the leaf's first (RFC 9162 §2.1.3.1).
    ///
    /// `index` is the leaf's position in the tree: `base.size..<size`.
    public func inclusionPath(of index: UInt64) -> [Hash] {
        precondition(base.size <= index && index < size, "only the batch's own leaves have paths")
        let shape = PathShape(from: index, in: size)
        var path: [Hash] = []
        path.reserveCapacity(shape.count)
        for level in 0..<max(0, shape.fork - 1) {
            path.append(hash(level, (index >> level) ^ 1))
        }
        // The last sibling below the fork holds the last leaf.
        if shape.fork > 0 {
            path.append(border[shape.fork - 1])
        }
        // From the fork up, all siblings are on the left, one for each set bit.
        var level = shape.fork
        while index >> level > 0 {
            if (index >> level) & 1 == 1 {
                path.append(hash(level, (index >> level) ^ 1))
            }
            level += 1
        }
        return path
    }

    /// Returns the inclusion proof of a leaf of the batch in the tree after.
    ///
    /// `index` is the leaf's position in the tree: `base.size..<size`.
    public func inclusionProof(of index: UInt64) -> InclusionProof {
        InclusionProof(unchecked: index, size, inclusionPath(of: index))
    }

    /// Returns the hash of a complete subtree that is new or belongs to the range before.
    private func hash(_ level: Int, _ index: UInt64) -> Hash {
        let first = base.size >> level
        guard index < first else { return levels[level][Int(index - first)] }
        return base.hash(atLevel: level)
    }

    private func rightBorder() -> [Hash] {
        let last = size - 1
        var node = hash(0, last)
        var border = [node]
        var level = 0
        while last >> level > 0 {
            // A left child without a sibling is its parent.
            if (last >> level) & 1 == 1 {
                node = .node(hash(level, (last >> level) ^ 1), node)
            }
            border.append(node)
            level += 1
        }
        return border
    }

    /// Builds the new complete subtrees level by level, as long as there are any.
    private static func levels(of leaves: [Hash], after base: CompactRange) -> [[Hash]] {
        var levels: [[Hash]] = []
        var nodes = leaves
        while !nodes.isEmpty {
            let first = base.size >> levels.count
            var parents: [Hash] = []
            parents.reserveCapacity(nodes.count / 2 + 1)
            var next = 0
            if first & 1 == 1 {
                // The first new node completes a subtree whose left half was there before.
                parents.append(.node(base.hash(atLevel: levels.count), nodes[0]))
                next = 1
            }
            while next + 1 < nodes.count {
                parents.append(.node(nodes[next], nodes[next + 1]))
                next += 2
            }
            levels.append(nodes)
            nodes = parents
        }
        return levels
    }
}
