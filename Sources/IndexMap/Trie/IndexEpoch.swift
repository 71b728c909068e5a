internal import Merkle

/// Computes what one epoch changes in a map: one walk over the nodes that it meets.
struct IndexEpoch<Rows: IndexRows> {
    private let base: IndexTrie

    /// Whether lists may be ahead of the map, and are taken as their rows have them.
    private let isReplay: Bool

    /// What has changed so far.
    private(set) var change: IndexChange

    /// Last, for its size is not known here: all before it stands at a fixed place.
    private let rows: Rows

    init(of base: IndexTrie, to size: UInt64, reading rows: Rows, isReplay: Bool) {
        self.base = base
        self.rows = rows
        self.isReplay = isReplay
        change = IndexChange(of: base, to: size)
    }

    /// Adds the records of the epoch, sorted by key and index.
    mutating func add(_ records: ArraySlice<IndexRecord>) throws(IndexError<Rows.Failure>) {
        var open: [OpenIndexBranch] = []
        var (node, records, depth) = (base.top, records, 0)
        while true {
            while node.shape == .branch, !records.isEmpty {
                let branch = OpenIndexBranch(over: node.child, at: depth, dividing: records)
                open.append(branch)
                (node, records, depth) = (base.nodes[node.child], branch.left, depth + 1)
            }
            if !records.isEmpty { node = try end(node, adding: records, at: depth) }
            // `node` is done. Its branch goes on to the right, or is done itself.
            while let last = open.last, let left = last.leftNode {
                open.removeLast()
                if !last.right.isEmpty { change.nodes.append((last.child + 1, node)) }
                node = IndexNode(over: left, node, pair: last.child)
            }
            guard let last = open.last else { break }
            if !last.left.isEmpty { change.nodes.append((last.child, node)) }
            open[open.count - 1].leftNode = node
            (node, records, depth) = (base.nodes[last.child + 1], last.right, last.depth + 1)
        }
        change.top = node
    }

    /// Returns what becomes of an empty node, a bucket or a list.
    private mutating func end(
        _ node: IndexNode, adding records: ArraySlice<IndexRecord>, at depth: Int
    ) throws(IndexError<Rows.Failure>) -> IndexNode {
        switch node.shape {
        case .list:
            return try list(node, adding: records, at: depth)
        case .bucket(let count) where count + records.count > IndexNode.bucketLimit:
            let prefix = IndexPrefix(of: records[records.startIndex].key, depth: depth)
            let old = try rows.bucket(node, prefix, below: base.size)
            return change.fold((old + records).sorted()[...], at: depth)
        case .empty where records.count > IndexNode.bucketLimit:
            return change.fold(records, at: depth)
        default:
            return node.appending(records.sorted(by: IndexRecord.isChained))
        }
    }

    /// Returns what becomes of a list: it grows, or moves down unread beside other keys.
    private mutating func list(
        _ node: IndexNode, adding records: ArraySlice<IndexRecord>, at depth: Int
    ) throws(IndexError<Rows.Failure>) -> IndexNode {
        let key = base.listKeys[Int(node.child)]
        let start = records.firstIndex { $0.key >= key } ?? records.endIndex
        let end = records[start...].firstIndex { $0.key > key } ?? records.endIndex
        let grown = try list(node, key, adding: records[start..<end])
        if start == records.startIndex, end == records.endIndex { return grown }
        var fold = IndexFold(at: depth)
        for record in records[..<start] { fold.add(record, into: &change) }
        fold.add(grown, of: key, into: &change)
        for record in records[end...] { fold.add(record, into: &change) }
        return fold.finish(into: &change)
    }

    private mutating func list(
        _ node: IndexNode, _ key: IndexKey, adding records: ArraySlice<IndexRecord>
    ) throws(IndexError<Rows.Failure>) -> IndexNode {
        guard !records.isEmpty else { return node }
        let list = try isReplay ? rows.uncheckedList(key) : rows.list(node, key)
        var records = records
        if isReplay {
            records = records[(records.firstIndex { $0.index > list.last } ?? records.endIndex)...]
            guard !records.isEmpty else { return IndexNode(list: list.hash, key: node.child) }
        }
        // No hash covers the last index.
        guard isReplay || list.last < base.size else { throw .listDiffers(key) }
        var growth = try IndexListGrowth(of: list, adding: records.count, from: rows)
        for record in records { growth.append(record.index) }
        change.lists.append(growth.list)
        change.tiles += growth.takeTiles()
        return IndexNode(list: growth.list.hash, key: node.child)
    }
}
