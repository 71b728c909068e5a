/// The place of a complete subtree: one that has all of its 2^level leaves.
///
///     level 2          0
///     level 1      0       1       2
///     level 0    0   1   2   3   4   5   6     (the leaves of a tree of size 7)
public struct NodeID: Hashable, Sendable {
    /// The height of the subtree: a leaf has level 0, and no tree here has one above 63.
    public let level: UInt8

    /// The number of subtrees of this level to its left.
    public let index: UInt64

    /// Names the subtree over the leaves `index << level ..< (index + 1) << level`.
    public init(level: UInt8, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// Returns the fewest complete subtrees that cover the leaves `start..<end`, left to right.
    ///
    /// `start` must be a multiple of a power of two that is no less than `end - start`, as the
    /// start of every subtree is; then they grow smaller, one for each set bit of the length.
    static func covering(_ start: UInt64, _ end: UInt64) -> [NodeID] {
        var nodes: [NodeID] = []
        let count = end - start
        nodes.reserveCapacity(count.nonzeroBitCount)
        for level in (0..<UInt8(UInt64.bitWidth)).reversed() where (count >> level) & 1 == 1 {
            nodes.append(NodeID(level: level, index: (end >> level) - 1))
        }
        return nodes
    }
}
