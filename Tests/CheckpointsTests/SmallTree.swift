import Merkle

/// A tree by its definition (RFC 9162 §2.1), for checkpoints that are about one.
struct SmallTree {
    let leaves: [Hash]

    /// A tree of different leaves; from `fork` on they are others than those of another fork.
    init(_ count: Int, fork: Int? = nil) {
        leaves = (0..<count).map { place in
            Hash.leaf([UInt8(place), place >= fork ?? count ? 1 : 0])
        }
    }

    func root(_ size: UInt64) -> Hash {
        size == 0 ? .emptyTree : root(leaves[..<Int(size)])
    }

    /// PATH(m, D_n) (RFC 9162 §2.1.3.1).
    func path(to index: Int, in size: Int) -> [Hash] { path(to: index, leaves[..<size]) }

    /// PROOF(m, D_n), for 0 < m < n (RFC 9162 §2.1.4.1).
    func proof(from old: UInt64, to new: UInt64) -> [Hash] {
        subproof(Int(old), leaves[..<Int(new)], true)
    }

    private func root(_ leaves: ArraySlice<Hash>) -> Hash {
        guard leaves.count > 1 else { return leaves.first ?? .emptyTree }
        let split = leaves.startIndex + half(leaves.count)
        return .node(root(leaves[..<split]), root(leaves[split...]))
    }

    private func path(to index: Int, _ leaves: ArraySlice<Hash>) -> [Hash] {
        guard leaves.count > 1 else { return [] }
        let split = leaves.startIndex + half(leaves.count)
        return index < split
            ? path(to: index, leaves[..<split]) + [root(leaves[split...])]
            : path(to: index, leaves[split...]) + [root(leaves[..<split])]
    }

    private func subproof(_ old: Int, _ leaves: ArraySlice<Hash>, _ isWhole: Bool) -> [Hash] {
        guard old < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let half = half(leaves.count)
        let (left, right) = (
            leaves[..<(leaves.startIndex + half)], leaves[(leaves.startIndex + half)...]
        )
        return old <= half
            ? subproof(old, left, isWhole) + [root(right)]
            : subproof(old - half, right, false) + [root(left)]
    }

    /// The largest power of two below `count`.
    private func half(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }
}
