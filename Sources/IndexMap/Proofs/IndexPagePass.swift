internal import Merkle

/// Makes the pages of a list from its entries, which come one after the other.
///
/// In memory are the entries that are shown, at most 65,536, and the subtrees beside them.
struct IndexPagePass: Sendable {
    private let positions: Range<UInt64>

    /// The list so far.
    private(set) var list: IndexList

    /// The pages so far, without what stands on their right.
    private var pages: [IndexPage] = []

    /// The entries of the page that is not full.
    private var open: [UInt64] = []

    /// What stands on the left of that page.
    private var left: [Hash] = []

    /// The subtrees over the entries behind all that are shown.
    private var rest = IndexTiling()

    /// Begins the list of `key`, of which the entries at `positions` are shown, as far as a proof
    /// has room for them.
    init(of key: IndexKey, at positions: Range<UInt64>) {
        let most = UInt64(IndexPage.maximumCount) * UInt64(IndexProof.maximumPages)
        let count = min(positions.upperBound - positions.lowerBound, most)
        self.positions = positions.lowerBound..<positions.lowerBound + count
        list = IndexList(of: key)
    }

    /// Adds the next entry, whose index must be above the last.
    mutating func append(_ index: UInt64) {
        let position = list.count
        if positions.contains(position) {
            if open.isEmpty { left = list.range.hashes }
            open.append(index)
        } else if position >= positions.upperBound {
            rest.append(NodeID(level: 0, index: position), .leaf(index))
        }
        list.append(index) { _, _ in }
        if open.count == IndexPage.maximumCount || list.count == positions.upperBound { close() }
    }

    private mutating func close() {
        guard !open.isEmpty else { return }
        pages.append(
            IndexPage(
                from: list.count - UInt64(open.count), indexes: open, left: left, right: []))
        open = []
    }

    /// Returns the pages, once all entries were added.
    mutating func finish() -> [IndexPage] {
        close()
        return pages.indices.map { place in
            var right = IndexTiling()
            for page in pages[(place + 1)...] {
                for (offset, index) in page.indexes.enumerated() {
                    let id = NodeID(level: 0, index: page.from + UInt64(offset))
                    right.append(id, .leaf(index))
                }
            }
            for node in rest.nodes { right.append(node.id, node.hash) }
            let page = pages[place]
            return IndexPage(
                from: page.from, indexes: page.indexes, left: page.left,
                right: right.nodes.map(\.hash))
        }
    }
}
