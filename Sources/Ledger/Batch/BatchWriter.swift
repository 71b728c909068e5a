import Checkpoints
import Encoding
import LedgerStore
import Merkle
import Provenance

/// Writes one planned batch: every row of it, and the head that covers it, or nothing.
struct BatchWriter {
    let store: Store

    /// Commits `plan` with one synced write and returns the tree with it, its head unsigned.
    ///
    /// A crash before the sync returns leaves nothing of the batch, or all of it: nothing was
    /// answered, so either is right. A crash after it leaves a head without a note; start-up
    /// signs it with the time that is stored here.
    func commit(
        _ plan: BatchPlan, on state: TreeState, time: UInt64
    ) throws(LedgerError) -> (state: TreeState, tree: TreeExtension) {
        let tree = TreeExtension(of: state.range, adding: plan.leafHashes)
        var next = state
        let tileRows = next.extend(by: tree)
        next.registry = plan.registry
        next.erasedManifests = plan.erasedManifests
        next.indexHead = plan.indexHead ?? state.indexHead
        next.head = HeadRow(size: tree.size, time: max(time, state.head.time), root: tree.root)
        try store.write(.batch, sync: true) { rows in
            put(plan, in: &rows)
            for (tile, hashes) in tileRows { rows.put(tile, hashes) }
            rows.put(next.head)
            if state.range.size == 0 { rows.put(origin: plan.registry.origin) }
        }
        return (next, tree)
    }

    /// Puts the rows of entries and manifests.
    ///
    /// Manifests that the batch erases are left out: they need not be removed later.
    private func put(_ plan: BatchPlan, in rows: inout RowBatch) {
        rows.reserveCapacity(plan.accepted.count)
        if let head = plan.indexHead { rows.put(head) }
        for (index, candidate) in plan.accepted { rows.put(candidate.named, at: index) }
        let erased = plan.erased
        for (index, candidate) in plan.accepted {
            guard let manifest = candidate.manifest, erased.isEmpty || erased[index] == nil
            else { continue }
            rows.put(manifest: manifest, at: index)
        }
        for (index, erasure) in erased { rows.erase(manifestAt: index, by: erasure) }
    }
}
