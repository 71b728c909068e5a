import Merkle
import Synchronization

/// Full tiles that were proven once, in memory and, where it has one, in a folder.
///
/// A tile is given out only under the hash that the tile above it has for it, so nothing in here
/// needs to be believed: a tile of another log, of a fork, or of a disk that has changed is not
/// found. Partial tiles are not kept: they belong to one checkpoint.
public final class TileCache: Sendable {
    /// Tiles in memory at the most, of 8 KiB each: 32 MiB.
    ///
    /// They are those of a million entries,
    /// or the upper ones of 268 million.
    public static let tileCount = 4_096

    private struct Kept {
        let root: Hash
        let hashes: [Hash]
    }

    /// Two generations: when the newer is full, the older is forgotten at once.
    private struct Generations {
        var newer: [TileID: Kept] = [:]
        var older: [TileID: Kept] = [:]

        mutating func keep(_ tile: Kept, _ id: TileID, limit: Int) {
            if newer.count >= limit / 2, newer[id] == nil {
                older = newer
                newer = [:]
            }
            newer[id] = tile
        }
    }

    private let limit: Int
    private let folder: TileFolder?
    private let generations = Mutex(Generations())

    /// Keeps nothing yet, and never more than `tileCount` tiles in memory, at least two.
    public init(tileCount: Int = TileCache.tileCount, folder: TileFolder? = nil) {
        limit = max(2, tileCount)
        self.folder = folder
    }

    /// Number of tiles in memory.
    public var count: Int { generations.withLock { $0.newer.count + $0.older.count } }

    /// Returns the full tile whose node is `root`, where it is here.
    func tile(_ id: TileID, under root: Hash) throws(LogError) -> [Hash]? {
        let inMemory = generations.withLock { generations -> [Hash]? in
            guard let tile = generations.newer[id] ?? generations.older[id], tile.root == root
            else { return nil }
            generations.keep(tile, id, limit: limit)
            return tile.hashes
        }
        if let inMemory { return inMemory }
        guard let folder, let hashes = try folder.tile(id, under: root) else { return nil }
        remember(hashes, id, root)
        return hashes
    }

    /// Keeps a full tile whose node is `root`.
    func keep(_ hashes: [Hash], _ id: TileID, under root: Hash) throws(LogError) {
        remember(hashes, id, root)
        try folder?.keep(hashes, id)
    }

    /// Keeps a full tile whose node is `root` in memory only.
    func remember(_ hashes: [Hash], _ id: TileID, _ root: Hash) {
        generations.withLock { $0.keep(Kept(root: root, hashes: hashes), id, limit: limit) }
    }
}

/// Returns the node over the hashes of a full tile.
func node(over hashes: [Hash]) -> Hash {
    TileMiddles.root(over: hashes[...])
}
