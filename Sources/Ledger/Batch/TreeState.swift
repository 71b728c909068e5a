import LedgerStore
import Merkle
import Provenance

/// All that the sequencer keeps of the tree: enough to extend it without reading the disk.
struct TreeState {
    /// The compact range of all leaves.
    var range: CompactRange

    /// The tiles at the right border that are not full, by tile level.
    var border: [UInt8: [Hash]]

    /// The registry after all control statements.
    var registry: Registry

    /// The erasure of each manifest that is erased, by its digest.
    var erasedManifests: [Hash: LoggedErasure]

    /// The newest head.
    var head: HeadRow

    /// The newest index head among the leaves; nil where there is none.
    var indexHead: PlacedIndexHead?

    /// The state of an empty tree.
    init(empty registry: Registry) {
        range = CompactRange()
        border = [:]
        self.registry = registry
        erasedManifests = [:]
        head = HeadRow(size: 0, time: 0, root: .emptyTree)
    }

    /// Reads the state of a tree back from the store.
    init(_ stored: StoredLedger, store: Store) throws(LedgerError) {
        let head = stored.head
        range = try store.range(size: head.size)
        guard range.root == head.root else {
            throw .corrupt("the tiles' root is not that of the head of size \(head.size)")
        }
        self.head = head
        indexHead = try store.newestIndexHead()
        registry = stored.registry
        erasedManifests = stored.erasedManifests
        border = [:]
        for level in 0..<StoreLayout.tileLevels {
            let count = head.size >> (UInt64(level) * 8)
            let id = TileID(level: level, index: count / UInt64(TileID.width))
            let width = id.width(in: head.size)
            guard width > 0 else { continue }
            let tile = try TileTable(store: store).tiles([id])[0]
            guard tile.count >= width else {
                throw .corrupt("tile \(level)/\(id.index) has only \(tile.count) hashes")
            }
            border[level] = Array(tile[..<width])
        }
    }

    /// Adds what `tree` adds to the border tiles and returns all rows that change.
    mutating func extend(by tree: TreeExtension) -> [(id: TileID, hashes: [Hash])] {
        var rows: [(id: TileID, hashes: [Hash])] = []
        for level in 0..<StoreLayout.tileLevels {
            let added = tree.nodes(atLevel: level * TileID.height)
            guard !added.hashes.isEmpty else { break }
            var tile = border[level] ?? []
            var index = added.first / UInt64(TileID.width)
            for hash in added.hashes {
                tile.append(hash)
                if tile.count == TileID.width {
                    rows.append((TileID(level: level, index: index), tile))
                    tile.removeAll(keepingCapacity: true)
                    index += 1
                }
            }
            if !tile.isEmpty { rows.append((TileID(level: level, index: index), tile)) }
            border[level] = tile
        }
        range = tree.range
        return rows
    }
}
