/// Builds a map from all records of a log, in one pass in order of key and index.
///
/// Beside the map itself it holds one way from the root to a bucket: the map is made again at the
/// price of reading the rows once, and nothing is looked up.
public struct IndexTrieBuilder: Sendable {
    private let size: UInt64
    private var fold = IndexFold(at: 0)
    private var made = Made()
    private var last: IndexRecord?

    /// What the fold has made so far.
    private struct Made: IndexFoldSink {
        var keepsNodes = true
        var nodes = IndexNodes()
        var keys: [IndexKey] = []
        var lists: [IndexList] = []
        var tiles: [IndexTile] = []

        mutating func keep(_ left: IndexNode, _ right: IndexNode) -> UInt32 {
            guard keepsNodes else { return 0 }
            let number = UInt32(truncatingIfNeeded: nodes.count)
            nodes.grow(to: nodes.count + 2)
            nodes[number] = left
            nodes[number &+ 1] = right
            return number
        }

        mutating func keep(_ key: IndexKey) -> UInt32 {
            guard keepsNodes else { return 0 }
            keys.append(key)
            return UInt32(truncatingIfNeeded: keys.count - 1)
        }

        mutating func take(_ list: IndexList) { lists.append(list) }

        mutating func take(_ tile: IndexTile) { tiles.append(tile) }
    }

    /// Begins the map of the first `size` leaves of a log.
    ///
    /// - Parameter keepsNodes: false for whoever wants the root alone: then ``finish()`` gives a
    ///   map that has nothing else, and no memory is taken for nodes.
    public init(size: UInt64, keepsNodes: Bool = true) {
        self.size = size
        made.keepsNodes = keepsNodes
    }

    /// Adds the next record; throws where it does not stand behind the one before, is not of these
    /// leaves, or where the map has too many nodes.
    public mutating func add(_ record: IndexRecord) throws(IndexError<Never>) {
        guard record.index < size, last.map({ $0 < record }) ?? true else {
            throw .rowsDiffer(IndexPrefix(of: record.key, depth: IndexKey.bitCount))
        }
        // One record makes at most two nodes a bit.
        guard made.nodes.count < IndexTrie.maximumNodes - 2 * IndexKey.bitCount else {
            throw .tooManyNodes
        }
        last = record
        fold.add(record, into: &made)
    }

    /// Returns the lists and full tiles that were made since this was last asked, for the store;
    /// who adds many records asks now and then, so that they do not gather here.
    public mutating func take() -> (lists: [IndexList], tiles: [IndexTile]) {
        defer { (made.lists, made.tiles) = ([], []) }
        return (made.lists, made.tiles)
    }

    /// Ends the map; what is left of lists and tiles is still to be taken.
    public mutating func finish() -> IndexTrie {
        var trie = IndexTrie()
        trie.top = fold.finish(into: &made)
        trie.size = size
        trie.nodes = made.nodes
        trie.listKeys = made.keys
        fold = IndexFold(at: 0)
        (made.nodes, made.keys) = (IndexNodes(), [])
        return trie
    }
}
