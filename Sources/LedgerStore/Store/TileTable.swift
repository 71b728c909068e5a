package import Merkle
import RocksDB

/// The tile rows of a store: all that proofs are made of.
///
/// A row grows until it has 256 hashes and never changes otherwise, so a partial tile of any
/// size is a prefix of the stored one.
package struct TileTable: TileReader {
    package let store: Store

    /// Size of the tree that is asked about; with it, upper tiles that are kept are not read.
    package var size: UInt64?

    package init(store: Store, size: UInt64? = nil) {
        self.store = store
        self.size = size
    }

    package func tiles(_ ids: [TileID]) throws(LedgerError) -> [[Hash]] {
        guard let size else { return try stored(ids) }
        var tiles = ids.map { store.upperTiles.hashes(of: $0, width: $0.width(in: size)) ?? [] }
        let missing = tiles.indices.filter { tiles[$0].isEmpty }
        for (position, tile) in zip(missing, try stored(missing.map { ids[$0] })) {
            store.upperTiles.keep(tile, of: ids[position])
            tiles[position] = tile
        }
        return tiles
    }

    private func stored(_ ids: [TileID]) throws(LedgerError) -> [[Hash]] {
        guard ids.count > 1 else {
            return try ids.map { id throws(LedgerError) in try stored(id) }
        }
        var tiles = [[Hash]](repeating: [], count: ids.count)
        try store.reading { () throws(RocksDBError) in
            let keys = ids.map { StoreLayout.key($0) }
            try store.database.withValues(for: keys, in: store.tiles) { position, row in
                tiles[position] = Hash.list(row) ?? []
            }
        }
        for (id, tile) in zip(ids, tiles) { try Self.check(tile, id) }
        return tiles
    }

    /// One row alone costs less than a list of one.
    private func stored(_ id: TileID) throws(LedgerError) -> [Hash] {
        let row = try store.reading { () throws(RocksDBError) in
            try store.database.withValue(for: StoreLayout.key(id), in: store.tiles) {
                Hash.list($0)
            }
        }
        let tile = (row ?? nil) ?? []
        try Self.check(tile, id)
        return tile
    }

    private static func check(_ tile: [Hash], _ id: TileID) throws(LedgerError) {
        guard (1...TileID.width).contains(tile.count) else {
            throw .corrupt("tile \(id.level)/\(id.index) is missing or damaged")
        }
    }

    package func middles(of tile: TileID, over hashes: [Hash]) -> [Hash]? {
        store.middles.middles(of: tile, over: hashes)
    }

    package func node(over places: Range<Int>, of tile: TileID) -> Hash? {
        store.upperTiles.node(over: places, of: tile)
    }
}

extension Store {
    /// The nodes of the tree, from the stored tiles.
    package var nodes: TiledNodes<TileTable> {
        TiledNodes(TileTable(store: self))
    }

    /// The first `width` hashes of a tile that must be there, as bytes.
    package func tile(_ id: TileID, width: Int) throws(LedgerError) -> [UInt8] {
        try withTile(id, width: width) { $0.copied() }
    }

    /// Calls `body` with the first `width` hashes of a tile that must be there, where RocksDB has
    /// them.
    @inlinable
    package func withTile<Result>(
        _ id: TileID, width: Int, _ body: (Span<UInt8>) -> Result
    ) throws(LedgerError) -> Result {
        let byteCount = width * Hash.byteCount
        let result = try reading { () throws(RocksDBError) in
            try database.withValue(for: StoreLayout.key(id), in: tiles) { row in
                row.count >= byteCount ? body(row.extracting(0..<byteCount)) : nil
            }
        }
        guard let result = result ?? nil else {
            throw .corrupt("tile \(id.level)/\(id.index) is missing or damaged")
        }
        return result
    }

    /// The compact range of the tree's first `size` leaves, from its right edge.
    package func range(size: UInt64) throws(LedgerError) -> CompactRange {
        do {
            return try CompactRange(size: size, from: nodes)
        } catch {
            throw Self.error(error)
        }
    }

    /// Passes on why stored nodes could not be read.
    package static func error(_ error: ReadError<TileError<LedgerError>>) -> LedgerError {
        switch error {
        case .refused(let reason): .corrupt("\(reason)")
        case .failed(.failed(let reason)): reason
        case .failed(.shortTile(let tile, let count)):
            .corrupt("tile \(tile.level)/\(tile.index) has only \(count) hashes")
        }
    }
}
