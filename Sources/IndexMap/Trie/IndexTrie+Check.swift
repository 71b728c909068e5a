internal import Merkle

extension IndexTrie {
    /// Records that a ``check(along:limit:reading:)`` covers unless told otherwise: as many as an
    /// epoch has entries.
    public static let checkedRecords = 65_536

    /// Records that are read at a time.
    static let scanLimit = 4096

    /// What a list counts for in a part, as a number of records.
    ///
    /// It costs a read of its row and one of what stands behind it. Without this a part of lists
    /// alone would have no limit.
    static let listCost = 16

    /// Computes a part of the map from its rows, and compares it with what is in memory.
    ///
    /// The part is the highest node along `key` below which at most `limit` records lie in buckets,
    /// where a list counts as ``listCost`` of them: it is held to its row, and not scanned. Who
    /// passes random keys has each record checked in time. Throws where memory and rows differ:
    /// then the index must stop.
    ///
    /// - Returns: The number of records that were read.
    public func check<Rows: IndexRows>(
        along key: IndexKey, limit: Int = checkedRecords, reading rows: Rows
    ) throws(IndexError<Rows.Failure>) -> Int {
        let (node, depth) = part(along: key, limit)
        let prefix = IndexPrefix(of: key, depth: depth)
        let (expected, lists) = contents(of: node)
        var sink = ForgetfulSink()
        var fold = IndexFold(at: depth)
        var last: IndexRecord?
        var read = 0
        var next = 0
        var limit = Self.scanLimit
        scan: while true {
            let records = try rows.proven(in: prefix, after: last, below: size, limit: limit)
            for record in records {
                while next < lists.count, lists[next].key < record.key {
                    throw .listDiffers(lists[next].key)
                }
                if next < lists.count, lists[next].key == record.key {
                    let list = try rows.list(lists[next].node, record.key)
                    fold.add(
                        IndexNode(list: list.hash, key: 0), of: record.key, into: &sink)
                    next += 1
                    last = IndexRecord(key: record.key, index: .max)
                    // What is read behind a list is of no use where another list comes.
                    limit = IndexNode.bucketLimit
                    continue scan
                }
                read += 1
                guard read <= expected else { throw .rowsDiffer(prefix) }
                fold.add(record, into: &sink)
                last = record
            }
            if records.count < limit { break }
            limit = min(2 * limit, Self.scanLimit)
        }
        guard next == lists.count, read == expected,
            fold.finish(into: &sink).hash == node.hash
        else { throw .rowsDiffer(prefix) }
        return read
    }

    /// Compares the state of each list with the map, in order of their keys, as long as `goesOn`
    /// returns true.
    public func checkLists<Rows: IndexRows>(
        reading rows: Rows, while goesOn: () -> Bool
    ) throws(IndexError<Rows.Failure>) {
        var open = [top]
        while let node = open.popLast() {
            switch node.shape {
            case .branch: open += [nodes[node.child + 1], nodes[node.child]]
            case .list:
                guard goesOn() else { return }
                let list = try rows.list(node, listKeys[Int(node.child)])
                // No hash covers the last index.
                guard list.last < size else { throw .listDiffers(list.key) }
            case .empty, .bucket: continue
            }
        }
    }

    /// Returns the highest node along `key` that counts for at most `limit` records, or where the
    /// way ends, and its depth.
    private func part(along key: IndexKey, _ limit: Int) -> (node: IndexNode, depth: Int) {
        var (node, depth) = (top, 0)
        while node.shape == .branch, countUpTo(limit, below: node) > limit {
            node = nodes[key.bit(at: depth) ? node.child + 1 : node.child]
            depth += 1
        }
        return (node, depth)
    }

    /// Counts the records in the buckets of a node, and its lists; stops above `limit`.
    private func countUpTo(_ limit: Int, below node: IndexNode) -> Int {
        var count = 0
        var open = [node]
        while count <= limit, let node = open.popLast() {
            switch node.shape {
            case .bucket(let records): count += records
            case .branch: open += [nodes[node.child + 1], nodes[node.child]]
            case .list: count += Self.listCost
            case .empty: continue
            }
        }
        return count
    }

    /// Returns what is below a node: the number of records in buckets, and the lists by their keys.
    private func contents(
        of node: IndexNode
    ) -> (records: Int, lists: [(key: IndexKey, node: IndexNode)]) {
        var records = 0
        var lists: [(key: IndexKey, node: IndexNode)] = []
        var open = [node]
        while let node = open.popLast() {
            switch node.shape {
            case .bucket(let count): records += count
            case .branch: open += [nodes[node.child + 1], nodes[node.child]]
            case .list: lists.append((listKeys[Int(node.child)], node))
            case .empty: continue
            }
        }
        return (records, lists)
    }
}
