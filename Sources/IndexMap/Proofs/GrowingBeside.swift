/// A group whose records still come, in their order.
struct GrowingBeside {
    /// The depth at which it leaves the way; its node stands one below.
    let depth: Int

    private var fold: IndexFold
    private var sink = NewestListSink()
    private var records: [IndexRecord] = []
    private var count: UInt64 = 0
    private var key: IndexKey?
    private var hasOneKey = true

    init(depth: Int) {
        self.depth = depth
        fold = IndexFold(at: depth + 1)
    }

    mutating func add(_ record: IndexRecord) {
        count += 1
        if records.count < IndexNode.bucketLimit { records.append(record) }
        if let key, key != record.key { hasOneKey = false }
        key = record.key
        fold.add(record, into: &sink)
    }

    /// Returns the group, once all records were added.
    mutating func finish() -> (depth: Int, whole: IndexBeside) {
        let node = fold.finish(into: &sink)
        let isBucket = count <= IndexNode.bucketLimit
        let whole = IndexBeside(
            node: node.hash, count: count, hasOneKey: hasOneKey,
            records: isBucket ? records : [], list: isBucket || !hasOneKey ? nil : sink.list)
        return (depth, whole)
    }
}

/// Keeps the list that was made last, and forgets everything else.
private struct NewestListSink: IndexFoldSink {
    private(set) var list: IndexList?

    mutating func keep(_ left: IndexNode, _ right: IndexNode) -> UInt32 { 0 }
    mutating func keep(_ key: IndexKey) -> UInt32 { 0 }
    mutating func take(_ list: IndexList) { self.list = list }
    mutating func take(_ tile: IndexTile) {}
}
