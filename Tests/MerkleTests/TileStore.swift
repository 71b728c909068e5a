import Merkle
import Testing

/// Tiles in memory, appended to by batches as the ledger's are.
struct TileStore: TileReader {
    private var tiles: [TileID: [Hash]] = [:]

    func tiles(_ ids: [TileID]) -> [[Hash]] {
        ids.map { tiles[$0] ?? [] }
    }

    func width(_ id: TileID) -> Int {
        tiles[id]?.count ?? 0
    }

    mutating func append(_ batch: TreeExtension) {
        for level in 0...7 as ClosedRange<UInt8> {
            let added = batch.nodes(atLevel: level * TileID.height)
            for (offset, hash) in added.hashes.enumerated() {
                let index = added.first + UInt64(offset)
                let id = TileID(level: level, index: index / UInt64(TileID.width))
                #expect(index % UInt64(TileID.width) == UInt64(width(id)), "tiles have no holes")
                tiles[id, default: []].append(hash)
            }
        }
    }

    /// Checks that exactly the tiles of a tree of `size` leaves are here, with their widths.
    func check(_ tree: some ReferenceTree, _ size: UInt64, _ comment: Comment) throws {
        let reference = ReferenceTiles(tree: tree, size: size)
        var expected = 0
        for level in 0...7 as ClosedRange<UInt8> {
            var id = TileID(level: level, index: 0)
            while id.width(in: size) > 0 {
                #expect(tiles[id] == reference.tiles([id])[0], comment)
                expected += 1
                id = TileID(level: level, index: id.index + 1)
            }
        }
        #expect(tiles.count == expected, comment)
    }
}
