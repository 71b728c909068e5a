import Checkpoints
import Merkle
import Synchronization

/// What a tree remembers of its files: the partial tiles at its right border, once they are read
/// and proven, which tiles were computed from what is below them, and how many files were wrong.
///
/// The hashes of partial tiles are those of the subtrees that the whole tree is made of, and of
/// nothing else: the checkpoint's root proves all of them at once.
final class TreeMemory: Sendable {
    private struct State {
        var tiles: KnownTiles?
        var damage: [LogError] = []
        var mended: [TileID: LogError] = [:]
        var wrong = 0
    }

    private let state = Mutex(State())

    var tiles: KnownTiles? { state.withLock { $0.tiles } }

    /// What is wrong with the files of the border; nothing where it was proven by them.
    var damage: [LogError] { state.withLock { $0.damage } }

    func keep(_ tiles: KnownTiles, damage: [LogError] = []) {
        state.withLock { state in
            state.tiles = tiles
            state.damage = damage
        }
    }

    /// Remembers that a full tile was computed, and why it did not come from the source.
    func addMended(_ id: TileID, _ error: LogError) {
        state.withLock { $0.mended[id] = error }
    }

    /// Why full tiles were computed.
    var mended: [LogError] { state.withLock { Array($0.mended.values) } }

    /// Counts a file that stayed wrong.
    func countWrong() {
        state.withLock { $0.wrong += 1 }
    }

    /// Whether so many files stayed wrong that no more are waited for.
    var isOutOfPatience: Bool { state.withLock { $0.wrong >= LogLimits.patientFiles } }

    func isMended(_ id: TileID) -> Bool { state.withLock { $0.mended[id] != nil } }
}

extension LogTree {
    /// Returns tiles of this tree, each proven by the tile above it, up to the border.
    func tiles(_ ids: [TileID]) async throws(LogError) -> KnownTiles {
        var known = try await isMending ? provenBorder() : borderTiles()
        for level in levels(above: ids, known) {
            var unproven: [(id: TileID, root: Hash)] = []
            for id in level {
                let root = known.hashes(of: id.parent)[id.placeInParent]
                if let hashes = try cache.tile(id, under: root) {
                    known[id] = hashes
                } else {
                    unproven.append((id, root))
                }
            }
            let read = try await Self.inParallel(unproven, atOnce: LogLimits.tilesAtOnce) {
                id, root async throws(LogError) in
                isMending
                    ? try await readOrMend(id, under: root).hashes
                    : try await fullTile(id, under: root)
            }
            for (tile, hashes) in zip(unproven, read) { known[tile.id] = hashes }
        }
        return known
    }

    /// The full tiles that are asked for and all those above them, the highest level first.
    private func levels(above ids: [TileID], _ border: KnownTiles) -> [[TileID]] {
        var levels: [UInt8: Set<TileID>] = [:]
        for var id in ids {
            while border[id] == nil, levels[id.level, default: []].insert(id).inserted {
                precondition(
                    id.width(in: size) == TileID.width, "a tile that is asked for is in the tree")
                id = id.parent
            }
        }
        return levels.sorted { $0.key > $1.key }.map { $0.value.sorted { $0.index < $1.index } }
    }

    /// Reads the file of a full tile and keeps it.
    ///
    /// - Parameter isKept: whether the tile of this name was proven before.
    func fullTile(
        _ id: TileID, under root: Hash, isKept: Bool = false
    ) async throws(LogError) -> [Hash] {
        let hashes = try await tile(id) { file throws(LogError) in
            let hashes = try file.hashes(TileID.width)
            let shown = node(over: hashes)
            if shown == root { return hashes }
            guard !isKept else {
                throw .changed(
                    file.place,
                    reason: "leads to \(shown), and the tile proven before to \(root)")
            }
            throw .refuted(
                file.place, reason: "does not have the hash that the tile above has for it")
        }
        try cache.keep(hashes, id, under: root)
        return hashes
    }

    // MARK: - The border

    /// Reads the partial tiles and proves them, the first time.
    func borderTiles() async throws(LogError) -> KnownTiles {
        if let tiles = memory.tiles { return tiles }
        var waits = patience
        var isFresh = false
        while true {
            let (tiles, places) = try await readBorder(isFresh)
            if root(overBorder: tiles) == checkpoint.root {
                memory.keep(tiles)
                return tiles
            }
            let error = refuted(places)
            guard let wait = waits.popFirst() else { throw error }
            try await pause(wait, after: error)
            isFresh = true
        }
    }

    private func readBorder(
        _ isFresh: Bool
    ) async throws(LogError) -> (tiles: KnownTiles, places: [LogError.File]) {
        let ids = borderIDs
        let files = try await Self.inParallel(ids, atOnce: LogLimits.tilesAtOnce) {
            id async throws(LogError) in try await partialTile(id, isFresh: isFresh)
        }
        var tiles = KnownTiles()
        for (id, file) in zip(ids, files) { tiles[id] = file.hashes }
        return (tiles, files.map(\.place))
    }

    /// The partial tiles of the border, the lowest first.
    var borderIDs: [TileID] {
        (0..<8 as Range<UInt8>).map { level in
            TileID(level: level, index: size >> (8 * UInt64(level)) / UInt64(TileID.width))
        }.filter { $0.width(in: size) > 0 }
    }

    /// Returns the root that the partial tiles lead to.
    func root(overBorder tiles: KnownTiles) -> Hash {
        do throws(ReadError<TileError<UnknownTiles>>) {
            return try CompactRange(size: size, from: TiledNodes(tiles)).root
        } catch {
            preconditionFailure("a tree is made of the tiles at its border: \(error)")
        }
    }

    func partialTile(
        _ id: TileID, isFresh: Bool
    ) async throws(LogError) -> (place: LogError.File, hashes: [Hash]) {
        let width = id.width(in: size)
        return try await tile(id, isFresh: isFresh) { file throws(LogError) in
            (file.place, try file.hashes(width))
        }
    }

    /// Reads a tile's file until `check` accepts it.
    func tile<Value>(
        _ id: TileID, isFresh: Bool = false, _ check: (ShownFile) throws(LogError) -> Value
    ) async throws(LogError) -> Value {
        try await file(
            LogLimits.tileBytes, of: LogLimits.tileBytes, width: id.width(in: size),
            isFresh: isFresh, { .tile(id, width: $0) }
        ) { file, _ throws(LogError) in try check(file) }
    }

    /// Only all partial tiles together have a root: which of them is wrong, it does not tell.
    private func refuted(_ places: [LogError.File]) -> LogError {
        guard let last = places.last, places.count > 1 else {
            return .refuted(
                places.first ?? source.place(of: layout.file(.checkpoint)),
                reason: "does not have the checkpoint's root")
        }
        let others = places.dropLast().map(\.path).joined(separator: ", ")
        return .refuted(
            LogError.File(path: "\(others) or \(last.path)", part: last.part),
            reason: "is wrong: together they do not have the checkpoint's root")
    }
}

extension TileID {
    /// The tile that has the node over this one, if this one is full.
    var parent: TileID {
        TileID(level: level + 1, index: index / UInt64(Self.width))
    }

    /// Where in that tile it is.
    var placeInParent: Int { Int(index % UInt64(Self.width)) }
}
