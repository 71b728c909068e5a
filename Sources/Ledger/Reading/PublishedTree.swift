import Merkle

/// The tree of one published head, to make proofs in.
struct PublishedTree {
    /// The head, which is signed.
    let head: HeadRow

    private let nodes: BorderedNodes<TiledNodes<TileTable>>

    init(store: Store, head: HeadRow, range: CompactRange) {
        self.head = head
        nodes = BorderedNodes(
            range, else: TiledNodes(TileTable(store: store, size: head.size)))
    }

    /// Returns the inclusion proof of an entry, whose index must be below the head's size.
    func inclusion(of index: UInt64) throws(LedgerError) -> InclusionProof {
        do {
            return try InclusionProof(
                leafIndex: index, treeSize: head.size, reading: nodes)
        } catch {
            throw Store.error(error)
        }
    }
}
