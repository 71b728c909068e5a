import LedgerStore
import Merkle

/// The tiles above the leaves, each held to the one above it, up to the newest head's root.
///
/// From the top down each hash is known before the tile below it is read, so of two rows that
/// contradict each other it is known which one is wrong.
struct TreeCheck: Sendable {
    /// Leaves below one node of tile level 2: the share of one job.
    static let chunk: UInt64 = 1 << 16

    let check: StoreCheck

    /// The nodes over each ``chunk`` leaves, left to right.
    private let chunks: [Hash]

    /// The tiles at the right border that are not full, by level.
    let border: [UInt8: [Hash]]

    /// Reads and checks everything above tile level 1.
    init(_ check: StoreCheck) throws(LedgerError) {
        self.check = check
        let size = check.bounds.size
        border = try TreeBorder(check).tiles
        var nodes: [Hash] = []
        for level in (2..<StoreLayout.tileLevels).reversed() {
            var below: [Hash] = []
            for (index, parent) in nodes.enumerated() {
                let tile = TileID(level: level, index: UInt64(index))
                below += try Self.fullTile(tile, under: parent, check)
            }
            below += border[level] ?? []
            let count = size >> (UInt64(level) * 8)
            // Where a tile is lost with the tiles below it, its nodes are unknown.
            if UInt64(below.count) < count {
                below += [Hash](repeating: .zero, count: Int(count) - below.count)
            }
            nodes = below
        }
        chunks = nodes
    }

    /// Returns the nodes over each 256 leaves of a chunk, and its leaves beyond them.
    func nodes(ofChunk chunk: UInt64) throws(LedgerError) -> (full: [Hash], rest: [Hash]) {
        guard chunk < UInt64(chunks.count) else { return (border[1] ?? [], border[0] ?? []) }
        let tile = TileID(level: 1, index: chunk)
        return (try Self.fullTile(tile, under: chunks[Int(chunk)], check), [])
    }

    /// Reads a full tile and holds it to its parent; where it is wrong, makes it from below.
    static func fullTile(
        _ id: TileID, under parent: Hash, _ check: StoreCheck
    ) throws(LedgerError) -> [Hash] {
        let stored = try check.tile(id, width: TileID.width)
        if let stored, TileMiddles.root(over: stored[...]) == parent { return stored }
        let below = try children(of: id, check)
        let name = StoreLayout.describe(id)
        guard let below, TileMiddles.root(over: below[...]) == parent else {
            check.findings.add(
                .tiles, name, .hash,
                "does not lead to the hash above it, nor does what lies below it")
            return stored ?? below ?? [Hash](repeating: .zero, count: TileID.width)
        }
        if stored != nil {
            check.findings.add(
                .tiles, name, .hash, "does not lead to the hash above it, its leaves do")
        }
        check.repair(id, with: below)
        return below
    }

    /// Makes a full tile from the tiles below it; nil where one of them is not there.
    private static func children(
        of id: TileID, _ check: StoreCheck
    ) throws(LedgerError) -> [Hash]? {
        guard id.level > 0 else { return nil }
        var hashes: [Hash] = []
        for place in 0..<UInt64(TileID.width) {
            let child = TileID(level: id.level - 1, index: id.index * UInt64(TileID.width) + place)
            guard let tile = try check.tile(child, width: TileID.width) else { return nil }
            hashes.append(TileMiddles.root(over: tile[...]))
        }
        return hashes
    }
}
