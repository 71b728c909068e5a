import Checkpoints
import Encoding
import LedgerStore
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
        next.erasedManifests = plan.erasedManifests
        next.head = HeadRow(size: tree.size, time: max(time, state.head.time), root: tree.root)
        try store.write(.batch, sync: true) { batch in
            put(plan.accepted, without: plan.erased, in: batch)
            for (index, erasure) in plan.erased {
                batch.put(
                    key: StoreLayout.key(index), value: ManifestRow.erased(by: erasure),
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

    /// Puts the rows of entries, family by family and each in the order of its keys.
    ///
    /// RocksDB looks for the place of a row from that of the row before, so neighbours are cheap,
    /// and the rows of a batch that have random keys are neighbours only when they are sorted.
    ///
    /// Manifests that are `erased` are left out: they need not be removed later.
    private func put(
        _ accepted: [(index: UInt64, candidate: Candidate)],
        without erased: [UInt64: EntryID], in batch: WriteBatch
    ) {
        var names: [NamedRow] = []
        var nonces: [NamedRow] = []
        var subjects: [NamedRow] = []
        names.reserveCapacity(accepted.count)
        nonces.reserveCapacity(accepted.count)
        subjects.reserveCapacity(accepted.count)
        var (key, value): ([UInt8], [UInt8]) = ([], [])
        for (index, candidate) in accepted {
            let statement = candidate.statement
            key.set(index)
            batch.put(key: key, value: statement.leaf, in: store.entries)
            names.append(NamedRow(name: statement.id.hash, index: index))
            nonces.append(NamedRow(name: candidate.nonce, index: index))
            for digest in statement.subjectDigests {
                subjects.append(NamedRow(name: digest, index: index))
            }
        }
        for (index, candidate) in accepted {
            guard let manifest = candidate.manifest, erased.isEmpty || erased[index] == nil
            else { continue }
            key.set(index)
            value.removeAll(keepingCapacity: true)
            value.append(0)
            value.append(contentsOf: manifest)
            batch.put(key: key, value: value, in: store.manifests)
        }
        for (rows, family) in [(names, store.ids), (nonces, store.nonces)] {
            for row in rows.sorted() {
                key.removeAll(keepingCapacity: true)
                row.name.append(to: &key)
                value.set(row.index)
                batch.put(key: key, value: value, in: family)
            }
        }
        for row in subjects.sorted() {
            key.removeAll(keepingCapacity: true)
            row.name.append(to: &key)
            StoreLayout.append(row.index, to: &key)
            batch.put(key: key, value: [], in: store.subjects)
        }
        for (index, candidate) in accepted {
            let statement = candidate.statement
            guard statement.controlManifest != nil, let chain = statement.chain else { continue }
            batch.put(
                key: StoreLayout.key(chain.sequence), value: StoreLayout.key(index),
                in: store.control)
        }
    }
}

extension [UInt8] {
    /// Becomes a number as keys and values have it, in the memory that is there.
    fileprivate mutating func set(_ number: UInt64) {
        removeAll(keepingCapacity: true)
        StoreLayout.append(number, to: &self)
    }
}

/// A row whose key is, or begins with, a hash.
private struct NamedRow: Comparable {
    let name: Hash
    let index: UInt64

    static func < (one: NamedRow, other: NamedRow) -> Bool {
        one.name == other.name ? one.index < other.index : one.name.words < other.name.words
    }
}
