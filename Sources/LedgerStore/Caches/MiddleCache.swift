import Merkle

/// The middles of the tiles that proofs were made from, so that the next costs a tenth.
///
/// Nodes of complete subtrees never change, so nothing here is ever wrong; a tile that has
/// grown only has more of them.
final class MiddleCache: Sendable {
    /// Tiles that are kept at most: those of 12 million entries, in about 28 MiB.
    private static let limit = 48 << 10

    private let kept = KeptValues<TileID, [Hash]>(limit: limit)

    /// Returns the middles of a tile that begins with `hashes`, at least those.
    func middles(of tile: TileID, over hashes: [Hash]) -> [Hash] {
        var middles = kept[tile] ?? []
        let known = middles.count * TileMiddles.width
        guard hashes.count >= known + TileMiddles.width else { return middles }
        middles += TileMiddles.nodes(over: hashes[known...])
        kept.keep(middles, of: tile)
        return middles
    }
}
