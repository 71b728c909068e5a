/// A branch on the way of an epoch, whose nodes are being computed.
///
/// It stands outside of ``IndexEpoch``, which is generic: inside, each step of the walk would look
/// up at run time what it is, because the rows are another module's.
struct OpenIndexBranch {
    /// The number of the left node.
    let child: UInt32

    /// The depth of the branch.
    let depth: Int

    /// The records of either side.
    let left, right: ArraySlice<IndexRecord>

    /// The left node, once it is known.
    var leftNode: IndexNode?

    /// Divides `records`, sorted by key and index, at bit `depth`.
    init(over child: UInt32, at depth: Int, dividing records: ArraySlice<IndexRecord>) {
        var (low, high) = (records.startIndex, records.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if records[middle].key.bit(at: depth) { high = middle } else { low = middle + 1 }
        }
        (self.child, self.depth) = (child, depth)
        (left, right) = (records[..<low], records[low...])
    }
}
