internal import Merkle

/// A list that grows, and the tiles that become full meanwhile.
struct IndexListGrowth {
    /// The list so far.
    private(set) var list: IndexList

    /// The tiles that have become full since they were last taken.
    private(set) var tiles: [IndexTile] = []

    /// For each level, the hashes of its tile that grows; nil where that does not become full.
    private var growing: [[Hash]?]

    /// The index of the first entry below the tile of leaves that grows.
    private var first: UInt64 = 0

    /// The levels of tiles that a list can have.
    private static let levels = 8

    /// Begins a list without entries.
    init(of key: IndexKey) {
        list = IndexList(of: key)
        growing = Array(repeating: [], count: Self.levels)
    }

    /// Goes on with a list to which `count` entries will be added.
    ///
    /// Reads what belongs to the tiles that become full by them: less than once in 256 entries.
    init<Rows: IndexRows>(
        of list: IndexList, adding count: Int, from rows: Rows
    ) throws(IndexError<Rows.Failure>) {
        self.list = list
        let reader = IndexListTiles(of: list, from: rows)
        var growing: [[Hash]?] = Array(repeating: nil, count: Self.levels)
        for level in 0..<UInt8(Self.levels) {
            let shift = UInt64(TileID.height) * (UInt64(level) + 1)
            guard shift < 64, list.count >> shift < (list.count + UInt64(count)) >> shift else {
                break
            }
            guard level == 0 else {
                growing[Int(level)] = try reader.growing(level)
                continue
            }
            let indexes = try reader.growingLeaves()
            first = indexes.first ?? 0
            growing[0] = indexes.map { .leaf($0) }
        }
        self.growing = growing
    }

    /// Adds an entry, whose index must be above the last.
    mutating func append(_ index: UInt64) {
        if list.count.isMultiple(of: UInt64(TileID.width)) { first = index }
        var completed: [(level: Int, node: Hash)] = []
        var leaf = Hash.zero
        list.append(index) { level, node in
            if level == 0 {
                leaf = node
            } else if level.isMultiple(of: Int(TileID.height)) {
                completed.append((level / Int(TileID.height), node))
            }
        }
        add(leaf, 0)
        for (level, node) in completed { add(node, level) }
    }

    /// Returns the tiles that have become full, and forgets them.
    mutating func takeTiles() -> [IndexTile] {
        guard !tiles.isEmpty else { return [] }
        defer { tiles = [] }
        return tiles
    }

    private mutating func add(_ node: Hash, _ level: Int) {
        guard growing[level] != nil else { return }
        growing[level]?.append(node)
        guard let hashes = growing[level], hashes.count == TileID.width else { return }
        let end = list.count >> (UInt64(TileID.height) * UInt64(level))
        let id = TileID(level: UInt8(level), index: end / UInt64(TileID.width) - 1)
        tiles.append(
            IndexTile(key: list.key, id: id, hashes: hashes, first: level == 0 ? first : 0))
        growing[level] = []
    }
}
