internal import Merkle

/// Computes the node of a prefix from its records in one pass, in order of key and index.
///
/// Two neighbouring keys part at the bit behind those that they share, and there a branch stands
/// where the two sides have more than 64 records. So a stack of the sides on the left, which part
/// deeper and deeper, is all that is kept: at most 256 sides of at most 64 records.
///
/// What it makes on the way goes into a sink, which each call is given.
struct IndexFold {
    private let depth: Int

    /// The sides that wait for the one on their right, each with the depth at which it parts.
    private var waiting: [(depth: Int, side: Side)] = []

    /// The side of the newest key; nil before the first.
    private var newest: Side?

    /// The list of the newest key, where it has more than 64 records.
    private var growth: IndexListGrowth?

    /// The records of all sides that are no nodes yet, one side behind the other.
    private var loose: [IndexRecord] = []

    /// Neighbouring records: at most 64 that may still become one bucket, or a node.
    private struct Side {
        /// Where its records begin, or would.
        let start: Int

        /// One key of the side.
        let key: IndexKey

        /// A branch or a list; nil where the records are loose.
        var node: IndexNode?

        /// The depth at which a branch stands; a list may stand at any.
        var depth = IndexKey.bitCount
    }

    /// Begins at a node `depth` bits below the root; all keys must share these bits.
    init(at depth: Int) {
        self.depth = depth
    }

    /// Adds a record, which must stand behind the one before by key and index.
    mutating func add(_ record: IndexRecord, into sink: inout some IndexFoldSink) {
        guard let side = newest, side.key == record.key else {
            begin(record.key, &sink)
            loose.append(record)
            return
        }
        guard growth == nil else {
            growth?.append(record.index)
            for tile in growth?.takeTiles() ?? [] { sink.take(tile) }
            return
        }
        precondition(side.node == nil, "a list that is added as a whole has all of its records")
        loose.append(record)
        guard loose.count - side.start > IndexNode.bucketLimit else { return }
        var list = IndexListGrowth(of: record.key)
        for record in loose[side.start...] { list.append(record.index) }
        loose.removeSubrange(side.start...)
        growth = list
    }

    /// Adds a list as a whole; its key must stand behind the one before.
    mutating func add(
        _ list: IndexNode, of key: IndexKey, into sink: inout some IndexFoldSink
    ) {
        precondition(list.shape == .list, "only a list is added as a whole")
        begin(key, &sink)
        newest?.node = list
    }

    /// Returns the node of all that was added.
    mutating func finish(into sink: inout some IndexFoldSink) -> IndexNode {
        guard var side = endKey(&sink) else { return .empty }
        while let last = waiting.popLast() {
            side = joined(last.side, side, at: last.depth, &sink)
        }
        return node(of: side, at: depth, &sink)
    }

    /// Ends the key before, and begins the next one.
    private mutating func begin(_ key: IndexKey, _ sink: inout some IndexFoldSink) {
        if var side = endKey(&sink) {
            precondition(side.key < key, "the records of a fold rise")
            let parting = side.key.commonBits(with: key)
            while let last = waiting.last, last.depth > parting {
                waiting.removeLast()
                side = joined(last.side, side, at: last.depth, &sink)
            }
            waiting.append((parting, side))
        }
        newest = Side(start: loose.count, key: key, node: nil)
    }

    /// Returns the side of the newest key, with its list where it has one.
    private mutating func endKey(_ sink: inout some IndexFoldSink) -> Side? {
        guard var side = newest else { return nil }
        guard let list = growth?.list else { return side }
        growth = nil
        side.node = IndexNode(list: list.hash, key: sink.keep(list.key))
        sink.take(list)
        return side
    }

    /// Returns both sides as one: loose where they fit into a bucket, else the branch at `depth`.
    private mutating func joined(
        _ left: Side, _ right: Side, at depth: Int, _ sink: inout some IndexFoldSink
    ) -> Side {
        if left.node == nil, right.node == nil,
            loose.count - left.start <= IndexNode.bucketLimit
        {
            return Side(start: left.start, key: right.key, node: nil)
        }
        let rightNode = node(of: right, at: depth + 1, &sink)
        let leftNode = node(of: left, at: depth + 1, &sink)
        let pair = sink.keep(leftNode, rightNode)
        return Side(
            start: left.start, key: right.key,
            node: IndexNode(over: leftNode, rightNode, pair: pair), depth: depth)
    }

    /// Returns the node of a side as it stands at `depth`; its records are no longer kept.
    private mutating func node(
        of side: Side, at depth: Int, _ sink: inout some IndexFoldSink
    ) -> IndexNode {
        guard var node = side.node else {
            let records = loose[side.start...].sorted(by: IndexRecord.isChained)
            loose.removeSubrange(side.start...)
            return .empty.appending(records)
        }
        guard node.shape == .branch else { return node }
        // All keys of the branch share the bits above it: the other nodes there are empty.
        for depth in stride(from: side.depth - 1, through: depth, by: -1) {
            let isRight = side.key.bit(at: depth)
            let (left, right) = isRight ? (IndexNode.empty, node) : (node, .empty)
            node = IndexNode(over: left, right, pair: sink.keep(left, right))
        }
        return node
    }
}
