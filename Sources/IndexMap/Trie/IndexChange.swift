public import Merkle

/// What one epoch of records changes in a map, and in the rows beside it.
///
/// The map is as it was until the change is applied, so readers go on meanwhile, and an epoch that
/// failed or was given up leaves nothing.
public struct IndexChange: Sendable {
    /// The number of leaves that the map covers before.
    public let base: UInt64

    /// The root of the map before.
    public let baseRoot: Hash

    /// The number of leaves that the map covers afterwards.
    public let size: UInt64

    /// The root of the map afterwards.
    public var root: Hash { top.hash }

    /// The lists that are new or have grown, each once: the store keeps their ``IndexList/row``.
    public internal(set) var lists: [IndexList] = []

    /// The tiles of lists that have become full: the store keeps them for ever.
    public internal(set) var tiles: [IndexTile] = []

    /// The root's node.
    var top: IndexNode

    /// The nodes that are new or changed, each once, with their numbers.
    var nodes: [(number: UInt32, node: IndexNode)] = []

    /// The number of nodes that are new or changed.
    public var changedNodes: Int { nodes.count }

    /// The number of nodes afterwards.
    var nodeCount: Int

    /// The number of lists before.
    let listCount: Int

    /// The keys of new lists.
    var listKeys: [IndexKey] = []

    init(of trie: IndexTrie, to size: UInt64) {
        base = trie.size
        baseRoot = trie.root
        self.size = size
        top = trie.top
        nodeCount = trie.nodes.count
        listCount = trie.listKeys.count
    }

    /// Returns the node of records alone, sorted by key and index, `depth` bits below the root.
    mutating func fold(_ records: ArraySlice<IndexRecord>, at depth: Int) -> IndexNode {
        var fold = IndexFold(at: depth)
        for record in records { fold.add(record, into: &self) }
        return fold.finish(into: &self)
    }
}

extension IndexChange: IndexFoldSink {
    mutating func keep(_ left: IndexNode, _ right: IndexNode) -> UInt32 {
        let number = UInt32(truncatingIfNeeded: nodeCount)
        nodes.append((number, left))
        nodes.append((number &+ 1, right))
        nodeCount += 2
        return number
    }

    mutating func keep(_ key: IndexKey) -> UInt32 {
        listKeys.append(key)
        return UInt32(truncatingIfNeeded: listCount + listKeys.count - 1)
    }

    mutating func take(_ list: IndexList) { lists.append(list) }

    mutating func take(_ tile: IndexTile) { tiles.append(tile) }
}
