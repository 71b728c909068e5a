import Merkle

/// The tiles above the leaves' own that proofs were made from, and the nodes over their hashes:
/// every proof needs one of each level, and there are few of them.
///
/// A tile only grows, so a kept one is a prefix of the stored row and never wrong. A request for
/// more of it reads the row again (proofs.md §2).
final class UpperTiles: Sendable {
    /// Tiles that are kept at most: those of 67 million entries, in about 16 MiB.
    private static let limit = 1 << 10

    private let kept = KeptValues<TileID, TilePyramid>(limit: limit)

    /// Returns at least `width` hashes of a tile, if so many are kept.
    func hashes(of tile: TileID, width: Int) -> [Hash]? {
        guard tile.level > 0 else { return nil }
        guard let hashes = kept[tile]?.hashes, hashes.count >= width else { return nil }
        return hashes
    }

    /// Returns the node over a part of a tile, if it is kept.
    func node(over places: Range<Int>, of tile: TileID) -> Hash? {
        guard tile.level > 0 else { return nil }
        return kept[tile]?.node(over: places)
    }

    /// Keeps the hashes that were read of a tile.
    func keep(_ hashes: [Hash], of tile: TileID) {
        guard tile.level > 0 else { return }
        kept.keep(TilePyramid(hashes), of: tile)
    }
}
