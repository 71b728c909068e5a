internal import Merkle

/// The fewest complete subtrees that tile the leaves of a range, left to right (index.md §5).
///
/// They are those that stand beside a page of a list: aligned, each of a power of two leaves.
enum IndexSubtrees {
    /// Most subtrees on the right of a page: they grow, then shrink again.
    static let maximumCount = 2 * 63

    static func tiling(_ range: Range<UInt64>) -> [NodeID] {
        var nodes: [NodeID] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let room = 63 - (range.upperBound - start).leadingZeroBitCount
            let level = start == 0 ? room : min(room, start.trailingZeroBitCount)
            nodes.append(NodeID(level: UInt8(level), index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return nodes
    }
}
