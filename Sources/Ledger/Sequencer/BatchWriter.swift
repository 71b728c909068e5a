import Checkpoints
import Encoding
import Merkle
import Provenance
import RocksDB

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
        let tree = TreeExtension(
            of: state.range, adding: plan.accepted.map(\.candidate.leafHash))
        var next = state
        let tileRows = next.extend(by: tree)
        next.registry = plan.registry
        next.head = HeadRow(size: tree.size, time: max(time, state.head.time), root: tree.root)
        try store.write(.batch, sync: true) { batch in
            for (index, candidate) in plan.accepted { put(candidate, at: index, in: batch) }
            for (index, erasure) in plan.erased {
                batch.put(
                    key: StoreLayout.key(index), value: [1] + erasure.hash.bytes,
                    in: store.manifests)
            }
            for (id, hashes) in tileRows {
                var row: [UInt8] = []
                row.reserveCapacity(hashes.count * Hash.byteCount)
                for hash in hashes { hash.append(to: &row) }
                batch.put(key: StoreLayout.key(id), value: row, in: store.tiles)
            }
            batch.put(
                key: StoreLayout.key(next.head.size), value: next.head.value, in: store.heads)
            if state.range.size == 0 {
                batch.put(
                    key: StoreLayout.MetaName.format,
                    value: Array(StoreLayout.formatVersion.utf8), in: store.meta)
                batch.put(
                    key: StoreLayout.MetaName.origin, value: plan.registry.origin.text.utf8,
                    in: store.meta)
            }
        }
        return (next, tree)
    }

    private func put(_ candidate: Candidate, at index: UInt64, in batch: WriteBatch) {
        let statement = candidate.statement
        let key = StoreLayout.key(index)
        batch.put(key: key, value: statement.leaf, in: store.entries)
        batch.put(key: statement.id.hash.bytes, value: key, in: store.ids)
        batch.put(key: candidate.nonce.bytes, value: key, in: store.nonces)
        for subject in statement.subjectDigests {
            batch.put(key: StoreLayout.key(subject, index), value: [], in: store.subjects)
        }
        if let manifest = candidate.manifest {
            batch.put(key: key, value: [0] + manifest, in: store.manifests)
        }
        if statement.controlManifest != nil, let chain = statement.chain {
            batch.put(key: StoreLayout.key(chain.sequence), value: key, in: store.control)
        }
    }
}
