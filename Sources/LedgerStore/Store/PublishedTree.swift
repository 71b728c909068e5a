package import Merkle

/// The tree of one published head, to make proofs in.
package struct PublishedTree {
    /// The head, which is signed.
    package let head: HeadRow

    private let store: Store
    private let nodes: BorderedNodes<TiledNodes<TileTable>>

    package init(store: Store, head: HeadRow, range: CompactRange) {
        self.store = store
        self.head = head
        nodes = BorderedNodes(
            range, else: TiledNodes(TileTable(store: store, size: head.size)))
    }

    /// Returns the inclusion proof of an entry, whose index must be below the head's size.
    package func inclusion(of index: UInt64) throws(LedgerError) -> InclusionProof {
        let settled = settledLevels(around: index)
        // A newer tree than this one may have kept more of it.
        let known = settled > 0 ? store.paths[index]?.prefix(settled) ?? [] : []
        let proof: InclusionProof
        do {
            proof = try InclusionProof(
                leafIndex: index, treeSize: head.size, below: known, reading: nodes)
        } catch {
            throw Store.error(error)
        }
        if known.count < settled {
            store.paths.keep(Array(proof.path.prefix(settled)), of: index)
        }
        return proof
    }

    /// Levels above an entry within tiles that are full, of two at most: siblings there never
    /// change, and the nodes above them are shared by very many entries.
    private func settledLevels(around index: UInt64) -> Int {
        var settled = 0
        for tiles in 1...2 {
            let levels = tiles * Int(TileID.height)
            guard (index >> levels + 1) << levels <= head.size else { break }
            settled = levels
        }
        return settled
    }
}
