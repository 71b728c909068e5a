package import Checkpoints
import Encoding
package import IndexMap
package import Merkle
package import Provenance
import RocksDB

/// Rows that are written together, whole or not at all: the one place where rows are made.
///
/// RocksDB looks for the place of a row from that of the row before, so neighbours are cheap. Rows
/// whose keys are hashes are neighbours only when they are sorted: they are kept to the end of the
/// batch, and put family by family.
package struct RowBatch {
    private let batch: WriteBatch
    private let store: Store
    private var ids: [HashedRow] = []
    private var nonces: [HashedRow] = []

    /// Memory in which keys and values are written, one after the other.
    private var (key, value): ([UInt8], [UInt8]) = ([], [])

    init(_ batch: WriteBatch, of store: Store) {
        self.batch = batch
        self.store = store
    }

    // MARK: - Entries

    /// Makes room for the rows of so many entries.
    package mutating func reserveCapacity(_ entries: Int) {
        ids.reserveCapacity(entries)
        nonces.reserveCapacity(entries)
    }

    /// Puts an entry, and the rows by which its names are found; not its manifest, and not its
    /// rows of `keys`, which come as table files.
    package mutating func put(_ named: NamedStatement, at index: UInt64) {
        let statement = named.statement
        key.set(index)
        batch.put(key: key, value: statement.leaf, in: store.entries)
        ids.append(HashedRow(hash: named.name, index: index))
        nonces.append(HashedRow(hash: named.nonce, index: index))
        guard statement.controlManifest != nil, let chain = statement.chain else { return }
        value.set(chain.sequence)
        batch.put(key: value, value: key, in: store.control)
    }

    /// Puts an index head as an entry, and the rows by which it is found.
    package mutating func put(_ placed: PlacedIndexHead) {
        key.set(placed.index)
        batch.put(key: key, value: placed.head.leaf, in: store.entries)
        ids.append(HashedRow(hash: placed.head.id.hash, index: placed.index))
        guard let families = store.index else {
            preconditionFailure("a folder without the families of an index logs no index head")
        }
        value.set(placed.head.chain.sequence)
        batch.put(key: value, value: key, in: families.heads)
    }

    /// Puts the manifest of an entry.
    package mutating func put(manifest: [UInt8], at index: UInt64) {
        key.set(index)
        value.removeAll(keepingCapacity: true)
        value.append(ManifestRow.presentKind)
        value.append(contentsOf: manifest)
        batch.put(key: key, value: value, in: store.manifests)
    }

    /// Says of an entry that this statement has erased its manifest; the bytes go, if they are
    /// there.
    package func erase(manifestAt index: UInt64, by erasure: EntryID) {
        batch.put(
            key: StoreLayout.key(index), value: ManifestRow.erased(by: erasure),
            in: store.manifests)
    }

    /// Says of an entry that it came back without its manifest.
    package func putMissingManifest(at index: UInt64) {
        batch.put(
            key: StoreLayout.key(index), value: ManifestRow.notHere, in: store.manifests)
    }

    /// Puts what each store says of itself from its first batch on.
    package func put(origin: Origin) {
        batch.put(
            key: StoreLayout.MetaName.format, value: Array(StoreLayout.formatVersion.utf8),
            in: store.meta)
        batch.put(key: StoreLayout.MetaName.origin, value: origin.text.utf8, in: store.meta)
    }

    // MARK: - The tree

    /// Puts a tile as far as it is filled.
    package func put(_ tile: TileID, _ hashes: [Hash]) {
        var row: [UInt8] = []
        row.reserveCapacity(hashes.count * Hash.byteCount)
        for hash in hashes { hash.append(to: &row) }
        batch.put(key: StoreLayout.key(tile), value: row, in: store.tiles)
    }

    /// Puts a head, in place of what is stored under its size.
    package func put(_ head: HeadRow) {
        batch.put(key: StoreLayout.key(head.size), value: head.value, in: store.heads)
    }

    /// Removes the head of a size.
    package func removeHead(size: UInt64) {
        batch.delete(key: StoreLayout.key(size), in: store.heads)
    }

    /// Puts evidence about a head, in place of what the same source gave about it.
    package func put(_ anchor: AnchorRow) {
        batch.put(key: anchor.key.bytes, value: anchor.value, in: store.anchors)
    }

    // MARK: - Behind the sequencer

    /// Puts that all entries below `end` have their rows of `keys`, but for those that a migration
    /// has not come to.
    package func put(keysEnd end: UInt64) {
        batch.put(key: StoreLayout.MetaName.keysEnd, value: StoreLayout.key(end), in: store.meta)
    }

    /// Puts that the ledger was made with an index.
    package func putMadeWithIndex() {
        batch.put(
            key: StoreLayout.MetaName.index, value: Store.madeWithIndex, in: store.meta)
    }

    /// Puts the state of a list of the index.
    package func put(_ list: IndexList) {
        guard let families = store.index else { return }
        batch.put(key: list.key.hash.bytes, value: list.row, in: families.lists)
    }

    /// Puts a full tile of a list of the index.
    package func put(_ tile: IndexTile) {
        guard let families = store.index else { return }
        let key = ListTileRow.key(tile.key, tile.id)
        batch.put(key: key, value: ListTileRow(tile).value, in: families.tiles)
    }

    /// Puts where the index head with a number stands.
    package func put(indexHead number: UInt64, at index: UInt64) {
        guard let families = store.index else { return }
        batch.put(key: StoreLayout.key(number), value: StoreLayout.key(index), in: families.heads)
    }

    /// Removes a row of index heads that has no such number.
    func removeIndexHead(_ key: [UInt8]) {
        guard let families = store.index else { return }
        batch.delete(key: key, in: families.heads)
    }

    /// Puts which index head was the newest when the index was made anew.
    package func put(indexRebuilt head: Hash) {
        batch.put(key: StoreLayout.MetaName.indexRebuilt, value: head.bytes, in: store.meta)
    }

    /// Puts which index heads have maps that are wrong.
    package func put(_ wrong: WrongIndexHeads) {
        batch.put(key: StoreLayout.MetaName.indexWrong, value: wrong.value, in: store.meta)
    }

    /// Puts which snapshots of the index may stand beside the store, the newest first.
    package func put(snapshotDigests digests: [Hash]) {
        batch.put(
            key: StoreLayout.MetaName.snapshots, value: digests.flatMap(\.bytes), in: store.meta)
    }

    /// Removes which snapshots of the index may stand beside the store.
    func removeSnapshotDigests() {
        batch.delete(key: StoreLayout.MetaName.snapshots, in: store.meta)
    }

    /// Puts how far a migration has come.
    package func put(_ migration: Migration) {
        batch.put(
            key: StoreLayout.MetaName.migration, value: migration.value, in: store.meta)
    }

    /// Removes what only a folder has that is being migrated.
    package func removeMigration() {
        batch.delete(key: StoreLayout.MetaName.threadsIndexed, in: store.meta)
        batch.delete(key: StoreLayout.MetaName.migration, in: store.meta)
    }

    /// Puts how far erasures have come.
    package func put(_ mark: ErasureMark) {
        batch.put(key: StoreLayout.MetaName.erasures, value: mark.value, in: store.meta)
    }

    /// Puts which heads were served.
    package func put(_ mark: ServedMark) {
        batch.put(key: StoreLayout.MetaName.served, value: mark.value, in: store.meta)
    }

    // MARK: - The end

    /// Puts the rows that were kept to be sorted; nothing is put after it.
    mutating func finish() {
        for (rows, family) in [(ids, store.ids), (nonces, store.nonces)] {
            for row in rows.sorted() {
                key.removeAll(keepingCapacity: true)
                row.hash.append(to: &key)
                value.set(row.index)
                batch.put(key: key, value: value, in: family)
            }
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

/// A row whose key is a hash.
private struct HashedRow: Comparable {
    let hash: Hash
    let index: UInt64

    /// Orders rows by their keys: no two of one batch have the same.
    static func < (one: HashedRow, other: HashedRow) -> Bool { one.hash.words < other.hash.words }
}
