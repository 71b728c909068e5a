package import Merkle

/// Makes the proof of one name in one pass over all records of a map, in order of key and index
/// (index.md §5).
///
/// For whoever has the records and no map, such as a copy of a log. The records beside the way
/// along the key come group by group: of each only the node is kept, and what a bucket or a list
/// shows. So in memory are at most 256 groups of at most 64 records, and the entries that are
/// shown of a list.
///
/// What it makes is a proof under the root that the records have. Whether that is the root of an
/// index head, the caller must ask.
package struct IndexProofPass: Sendable {
    private let name: IndexName
    private let key: IndexKey

    /// The groups beside the way, each by the depth at which it leaves the way.
    private var beside: [Int: IndexBeside] = [:]

    /// The group that grows.
    private var growing: GrowingBeside?

    /// The records of the key itself, as long as a bucket has room for them.
    private var own: [IndexRecord] = []
    private var list: IndexPagePass

    private var last: IndexRecord?

    /// Begins the proof of a name, of a list with the entries at these positions.
    package init(of name: IndexName, positions: Range<UInt64>) {
        self.name = name
        key = name.key
        list = IndexPagePass(of: name.key, at: positions)
    }

    /// Adds the next record.
    package mutating func add(_ record: IndexRecord) throws(IndexRootsError) {
        guard last.map({ $0 < record }) ?? true else { throw .disordered(record) }
        last = record
        let common = record.key.commonBits(with: key)
        guard common < IndexKey.bitCount else {
            endGroup()
            if own.count < IndexNode.bucketLimit { own.append(record) }
            return list.append(record.index)
        }
        if growing?.depth != common {
            endGroup()
            growing = GrowingBeside(depth: common)
        }
        growing?.add(record)
    }

    /// Adds the records beside the way that leave it at `depth`, as their node.
    ///
    /// They must be more than a bucket has room for, of two keys at least. None of them is added by
    /// itself.
    mutating func add(_ node: Hash, of count: UInt64, leavingAt depth: Int) {
        precondition(count > IndexNode.bucketLimit, "fewer records may be in one bucket")
        endGroup()
        beside[depth] = IndexBeside(
            node: node, count: count, hasOneKey: false, records: [], list: nil)
    }

    private mutating func endGroup() {
        guard let group = growing?.finish() else { return }
        beside[group.depth] = group.whole
        growing = nil
    }

    /// Returns the proof, and the root of the map that all records have.
    package mutating func finish() -> (root: Hash, proof: IndexProof) {
        endGroup()
        let depth = endDepth()
        let end = end(at: depth)
        var hash = hash(of: end)
        var path: [Hash?] = []
        for place in (0..<depth).reversed() {
            let sibling = beside[place]?.node ?? .zero
            path.append(sibling == .zero ? nil : sibling)
            hash =
                key.bit(at: place)
                ? IndexNode.branch(sibling, hash) : IndexNode.branch(hash, sibling)
        }
        var pages: [IndexPage] = []
        if case .list(key, _, _) = end { pages = list.finish() }
        path.reverse()
        return (hash, IndexProof(name: name, path: path, end: end, pages: pages))
    }

    /// The depth of the highest node on the way that is no branch.
    private func endDepth() -> Int {
        var count = list.list.count
        var keys = count > 0 ? 1 : 0
        for depth in (0..<IndexKey.bitCount).reversed() {
            guard let group = beside[depth] else { continue }
            count += group.count
            keys += group.hasOneKey ? 1 : 2
            if count > IndexNode.bucketLimit, keys > 1 { return depth + 1 }
        }
        return 0
    }

    /// What stands at the end of the way.
    private func end(at depth: Int) -> IndexProofEnd {
        let groups = beside.filter { $0.key >= depth }.values
        let count = groups.reduce(list.list.count) { $0 + $1.count }
        guard count > 0 else { return .empty }
        guard count > IndexNode.bucketLimit else {
            let records = groups.reduce(own) { $0 + $1.records }
            return .bucket(
                records.sorted(by: IndexRecord.isChained).map {
                    IndexProofEnd.Record(tag: $0.key.tag, index: $0.index)
                })
        }
        let list = groups.compactMap(\.list).first ?? self.list.list
        return .list(key: list.key, count: list.count, root: list.range.root)
    }

    private func hash(of end: IndexProofEnd) -> Hash {
        switch end {
        case .empty: .zero
        case .bucket(let records):
            records.reduce(.zero) { IndexNode.chained($0, $1.tag, $1.index) }
        case .list(let key, let count, let root): IndexList.hash(key, count, root)
        }
    }
}
