import Merkle

/// A tree as RFC 9162 §2.1 defines it, word for word: what the tests compare everything with.
protocol ReferenceTree {
    /// MTH(D[range]); the range is not empty.
    func root(of range: Range<UInt64>) -> Hash
}

extension ReferenceTree {
    /// MTH(D_n).
    func root(_ size: UInt64) -> Hash {
        size == 0 ? Hash.sha256([]) : root(of: 0..<size)
    }

    /// MTH by its definition, for a range of two leaves or more.
    func definedRoot(of range: Range<UInt64>) -> Hash {
        let middle = split(range)
        return .node(root(of: range.lowerBound..<middle), root(of: middle..<range.upperBound))
    }

    /// PATH(m, D_n), the inclusion path (RFC 9162 §2.1.3.1).
    func path(to leaf: UInt64, in size: UInt64) -> [Hash] {
        path(leaf, 0..<size)
    }

    /// PROOF(m, D_n), the consistency path (RFC 9162 §2.1.4.1), for 0 < m < n; else empty.
    func proof(from old: UInt64, to new: UInt64) -> [Hash] {
        old == 0 || old == new ? [] : subproof(old, 0..<new, true)
    }

    private func path(_ leaf: UInt64, _ range: Range<UInt64>) -> [Hash] {
        guard range.upperBound - range.lowerBound > 1 else { return [] }
        let middle = split(range)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return leaf < middle
            ? path(leaf, left) + [root(of: right)] : path(leaf, right) + [root(of: left)]
    }

    private func subproof(_ old: UInt64, _ range: Range<UInt64>, _ isWhole: Bool) -> [Hash] {
        guard old < range.upperBound else { return isWhole ? [] : [root(of: range)] }
        let middle = split(range)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return old <= middle
            ? subproof(old, left, isWhole) + [root(of: right)]
            : subproof(old, right, false) + [root(of: left)]
    }

    /// The range's start plus k, the largest power of two smaller than its length.
    private func split(_ range: Range<UInt64>) -> UInt64 {
        var k: UInt64 = 1
        while 2 * k < range.upperBound - range.lowerBound {
            k *= 2
        }
        return range.lowerBound + k
    }
}

/// A reference tree answers for its complete subtrees.
struct ReferenceNodes<Tree: ReferenceTree>: NodeReader {
    let tree: Tree

    func hashes(of nodes: [NodeID]) -> [Hash] {
        nodes.map { tree.root(of: $0.leaves) }
    }
}

/// A reference tree answers for its tiles, as they are at one size.
struct ReferenceTiles<Tree: ReferenceTree>: TileReader {
    let tree: Tree
    let size: UInt64

    func tiles(_ ids: [TileID]) -> [[Hash]] {
        ids.map { id in
            (0..<UInt64(id.width(in: size))).map { place in
                let node = NodeID(
                    level: id.level * TileID.height,
                    index: id.index * UInt64(TileID.width) + place)
                return tree.root(of: node.leaves)
            }
        }
    }
}

extension NodeID {
    /// The leaves below this node.
    var leaves: Range<UInt64> {
        let first = index << UInt64(level)
        return first..<(first + (1 << UInt64(level)))
    }
}
