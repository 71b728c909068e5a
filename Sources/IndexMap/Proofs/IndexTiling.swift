internal import Merkle

/// The complete subtrees over neighbouring leaves of a list that come one after the other: the
/// fewest that tile them (index.md §5).
///
/// Two neighbours are joined wherever a subtree stands over both, so at most 126 are kept.
struct IndexTiling: Sendable {
    /// The subtrees, left to right.
    private(set) var nodes: [(id: NodeID, hash: Hash)] = []

    /// Adds the subtree that follows; the first may stand anywhere.
    mutating func append(_ id: NodeID, _ hash: Hash) {
        var (id, hash) = (id, hash)
        while let last = nodes.last, last.id.level == id.level, last.id.index.isMultiple(of: 2) {
            nodes.removeLast()
            hash = .node(last.hash, hash)
            id = NodeID(level: id.level + 1, index: id.index / 2)
        }
        nodes.append((id, hash))
    }
}
