/// Nodes of every level, computed from tiles, which hold only those of each eighth level.
public struct TiledNodes<Reader: TileReader>: NodeReader {
    private let reader: Reader

    /// Computes nodes from the tiles of `reader`.
    public init(_ reader: Reader) {
        self.reader = reader
    }

    /// Returns the hashes of `nodes`, one for one and in the same order.
    ///
    /// Reads each tile once, and all of them with one read. Throws `.shortTile` where a tile ends
    /// before one of the nodes does, `.failed` where the reader fails.
    public func hashes(of nodes: [NodeID]) throws(TileError<Reader.Failure>) -> [Hash] {
        // A proof needs one or two tiles of each level: so few that a search is cheap.
        var ids: [TileID] = []
        for node in nodes where !ids.contains(node.tile) { ids.append(node.tile) }
        let tiles = try read(ids)
        var middles = [[Hash]?](repeating: nil, count: ids.count)
        var hashes: [Hash] = []
        hashes.reserveCapacity(nodes.count)
        for node in nodes {
            let position = ids.firstIndex(of: node.tile) ?? 0
            let tile = tiles[position]
            let places = node.placesInTile
            guard places.upperBound <= tile.count else {
                throw .shortTile(node.tile, count: tile.count)
            }
            if places.count > 1, let kept = reader.node(over: places, of: node.tile) {
                hashes.append(kept)
                continue
            }
            if places.count >= TileMiddles.width, middles[position] == nil {
                middles[position] = reader.middles(of: node.tile, over: tile)
            }
            if places.count >= TileMiddles.width, let middles = middles[position] {
                let first = places.lowerBound / TileMiddles.width
                let end = places.upperBound / TileMiddles.width
                hashes.append(TileMiddles.root(over: middles[first..<end]))
            } else {
                hashes.append(TileMiddles.root(over: tile[places]))
            }
        }
        return hashes
    }

    private func read(_ ids: [TileID]) throws(TileError<Reader.Failure>) -> [[Hash]] {
        guard !ids.isEmpty else { return [] }
        let tiles: [[Hash]]
        do throws(Reader.Failure) {
            tiles = try reader.tiles(ids)
        } catch {
            throw .failed(error)
        }
        precondition(tiles.count == ids.count, "a tile reader answers each tile with one array")
        return tiles
    }
}

extension NodeID {
    /// How many levels this node is above the nodes that its tile holds: 0...7.
    private var levelInTile: UInt8 { level % TileID.height }

    /// The tile with the nodes below this one, or with this one itself.
    fileprivate var tile: TileID {
        TileID(level: level / TileID.height, index: index >> (TileID.height - levelInTile))
    }

    /// Where in that tile they are.
    fileprivate var placesInTile: Range<Int> {
        let first = Int((index << levelInTile) % UInt64(TileID.width))
        return first..<(first + (1 << Int(levelInTile)))
    }
}
