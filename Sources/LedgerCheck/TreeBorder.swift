import LedgerStore
import Merkle

/// The tiles at the right border, which no tile lies above: together they lead to the root.
struct TreeBorder {
    /// The hashes of each, by level, as the head's root says they must be.
    private(set) var tiles: [UInt8: [Hash]] = [:]

    private let check: StoreCheck

    init(_ check: StoreCheck) throws(LedgerError) {
        self.check = check
        let size = check.bounds.size
        var isComplete = true
        for level in 0..<StoreLayout.tileLevels {
            let id = Self.tile(level, size)
            let width = id.width(in: size)
            guard width > 0 else { continue }
            tiles[level] = try check.tile(id, width: width)
            isComplete = isComplete && tiles[level] != nil
        }
        if isComplete, leadsToRoot(tiles) { return }
        try repair()
    }

    private static func tile(_ level: UInt8, _ size: UInt64) -> TileID {
        TileID(level: level, index: size >> ((UInt64(level) + 1) * 8))
    }

    /// Whether these tiles lead to a root that the newest head names; without a head they do.
    private func leadsToRoot(_ tiles: [UInt8: [Hash]]) -> Bool {
        guard let root = Self.root(of: tiles, size: check.bounds.size) else { return false }
        return check.bounds.roots.isEmpty || check.bounds.roots.contains(root)
    }

    static func root(of tiles: [UInt8: [Hash]], size: UInt64) -> Hash? {
        var hashes: [Hash] = []
        for level in (0..<StoreLayout.tileLevels).reversed() {
            let width = tile(level, size).width(in: size)
            guard width > 0 else { continue }
            guard let tile = tiles[level], tile.count == width else { return nil }
            // A tile's complete subtrees, the largest first: one for each set bit of its width.
            var start = 0
            for bit in (0..<8).reversed() where (width >> bit) & 1 == 1 {
                hashes.append(TileMiddles.root(over: tile[start..<(start + 1 << bit)]))
                start += 1 << bit
            }
        }
        return try? CompactRange(size: size, hashes: hashes).root
    }

    /// Makes each tile from the level below it, and finds those whose replacement leads to the
    /// root: first one alone, then all that differ.
    private mutating func repair() throws(LedgerError) {
        var other: [UInt8: [Hash]] = [:]
        for level in 0..<StoreLayout.tileLevels {
            let id = Self.tile(level, check.bounds.size)
            let width = id.width(in: check.bounds.size)
            guard width > 0, let below = try below(id, width), below != tiles[level] else {
                continue
            }
            other[level] = below
        }
        let choices = other.keys.sorted().map { [$0] } + [other.keys.sorted()]
        for choice in choices where !choice.isEmpty {
            var trial = tiles
            for level in choice { trial[level] = other[level] }
            guard leadsToRoot(trial) else { continue }
            for level in choice {
                let id = Self.tile(level, check.bounds.size)
                if tiles[level] != nil {
                    check.findings.add(
                        .tiles, StoreLayout.describe(id), .hash,
                        "does not lead to the newest head's root, its leaves do")
                }
                check.repair(id, with: trial[level] ?? [])
            }
            tiles = trial
            return
        }
        check.findings.add(
            .tiles, "root", .root,
            "neither tiles nor leaves lead to the root of the head of size \(check.bounds.size)")
        tiles.merge(other) { stored, _ in stored }
    }

    /// Makes the first hashes of a tile from the leaves or tiles below; nil where one is missing.
    private func below(_ id: TileID, _ width: Int) throws(LedgerError) -> [Hash]? {
        let first = id.index * UInt64(TileID.width)
        var hashes: [Hash] = []
        for index in first..<(first + UInt64(width)) {
            if id.level == 0 {
                guard let leaf = try check.store.value(StoreLayout.key(index), in: .entries)
                else { return nil }
                hashes.append(.leaf(leaf))
            } else {
                let child = TileID(level: id.level - 1, index: index)
                guard let tile = try check.tile(child, width: TileID.width) else { return nil }
                hashes.append(TileMiddles.root(over: tile[...]))
            }
        }
        return hashes
    }
}
