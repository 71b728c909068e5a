import Checkpoints
import Merkle

/// A walk looks at every file, and must say which one is wrong. So a tile that is not what it must
/// be is computed from the files below it, where those are right, and proven like any other.
extension LogTree {
    /// Returns the entries of one bundle, proven although a tile above them is not what it must be,
    /// as long as the files below that tile are.
    ///
    /// For a reader who brings back what is left of a log: see ``walk(_:limits:_:)`` for one who
    /// looks at all of it.
    public func mendedLeaves(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]] {
        let id = TileID(level: 0, index: index)
        let proof: BundleProof =
            id.width(in: size) == TileID.width
            ? .node(try await provenTile(id.parent)[id.placeInParent])
            : .leaves(try await provenBorder().hashes(of: id))
        let bundle = try await bundle(index, under: proof)
        return bundle.indexes.map { Array(bundle[$0]) }
    }

    /// Returns the hashes of one tile, proven; where the file of one above it or its own is not
    /// what it must be, they are computed.
    func provenTile(_ id: TileID) async throws(LogError) -> [Hash] {
        let border = try await provenBorder()
        var chain: [TileID] = []
        var top = id
        while border[top] == nil {
            chain.append(top)
            top = top.parent
        }
        var hashes = border.hashes(of: top)
        for tile in chain.reversed() {
            let root = hashes[tile.placeInParent]
            if let kept = try cache.tile(tile, under: root) {
                hashes = kept
            } else {
                hashes = try await readOrMend(tile, under: root).hashes
            }
        }
        return hashes
    }

    /// Reads the file of a full tile although it may be known, and says what is wrong with it.
    func look(
        at id: TileID
    ) async throws(LogError) -> (hashes: [Hash], damage: LogError?) {
        let root = try await provenTile(id.parent)[id.placeInParent]
        guard let kept = try cache.tile(id, under: root) else {
            return try await readOrMend(id, under: root)
        }
        do throws(LogError) {
            let hashes = try await fullTile(id, under: root, isKept: !memory.isMended(id))
            return (hashes, nil)
        } catch {
            guard error.isOfFile else { throw error }
            return (kept, error)
        }
    }

    /// Reads the file of a full tile, or computes the tile where that is not what it must be.
    func readOrMend(
        _ id: TileID, under root: Hash
    ) async throws(LogError) -> (hashes: [Hash], damage: LogError?) {
        do throws(LogError) {
            return (try await fullTile(id, under: root), nil)
        } catch {
            guard error.isOfFile,
                let hashes = try await computed(id, where: { node(over: $0) == root })
            else { throw error }
            memory.addMended(id, error)
            cache.remember(hashes, id, root)
            return (hashes, error)
        }
    }

    // MARK: - From below

    /// Computes a tile from the files below it: the tiles, or the bundles where those do not give
    /// what is accepted; nil where neither does.
    private func computed(
        _ id: TileID, where isRight: ([Hash]) -> Bool
    ) async throws(LogError) -> [Hash]? {
        let width = UInt64(id.width(in: size))
        let below = id.index * UInt64(TileID.width)..<id.index * UInt64(TileID.width) + width
        guard id.level > 0 else {
            return try await unlessWrong { () async throws(LogError) in
                let hashes = try await bundle(id.index, under: nil).hashes
                return isRight(hashes) ? hashes : nil
            }
        }
        let children = below.map { TileID(level: id.level - 1, index: $0) }
        if let hashes = try await nodes(
            over: children,
            { child async throws(LogError) in
                try await tile(child) { file throws(LogError) in try file.hashes(TileID.width) }
            }), isRight(hashes)
        {
            return hashes
        }
        guard id.level == 1,
            let hashes = try await nodes(
                over: children, atOnce: LogLimits.bundlesMended,
                { child async throws(LogError) in
                    try await bundle(child.index, under: nil).hashes
                }), isRight(hashes)
        else { return nil }
        return hashes
    }

    /// Returns the node over each of `children`; nil where one of their files is not one.
    private func nodes(
        over children: [TileID], atOnce count: Int = LogLimits.tilesAtOnce,
        _ read: @escaping @Sendable (TileID) async throws(LogError) -> [Hash]
    ) async throws(LogError) -> [Hash]? {
        try await unlessWrong { () async throws(LogError) in
            try await Self.inParallel(children, atOnce: count) {
                child async throws(LogError) in
                node(over: try await read(child))
            }
        }
    }

    /// Returns nil where a file is not what it must be; that it cannot be read is still an error.
    private func unlessWrong<Value>(
        _ read: () async throws(LogError) -> Value?
    ) async throws(LogError) -> Value? {
        do throws(LogError) {
            return try await read()
        } catch {
            guard error.isOfFile else { throw error }
            return nil
        }
    }

    // MARK: - The border

    /// Returns the partial tiles of the border; where their files do not have the checkpoint's
    /// root, those that are wrong are found out by the files below them.
    func provenBorder() async throws(LogError) -> KnownTiles {
        let failure: LogError
        do throws(LogError) {
            return try await borderTiles()
        } catch {
            guard error.isOfFile else { throw error }
            failure = error
        }
        var candidates: [BorderCandidate] = []
        for id in borderIDs {
            candidates.append(try await candidate(id))
        }
        guard
            let (tiles, wrong) = BorderCandidate.choice(
                candidates,
                where: {
                    root(overBorder: $0) == checkpoint.root
                })
        else { throw failure }
        memory.keep(tiles, damage: wrong)
        return tiles
    }

    private func candidate(_ id: TileID) async throws(LogError) -> BorderCandidate {
        var candidate = BorderCandidate(
            id: id, computed: try await computed(id, where: { _ in true }))
        do throws(LogError) {
            let (place, hashes) = try await partialTile(id, isFresh: true)
            candidate.shown = hashes
            candidate.damage = .refuted(
                place, reason: "does not have the hashes of what is below it")
        } catch {
            guard error.isOfFile else { throw error }
            candidate.damage = error
        }
        return candidate
    }
}

/// A partial tile as its file has it, and as the files below it have it.
private struct BorderCandidate {
    let id: TileID
    let computed: [Hash]?
    var shown: [Hash]?

    /// What is wrong with the file, if it is not the right one.
    var damage: LogError?

    /// Chooses between the two for each tile so that `isRight`; as few files as possible are wrong.
    ///
    /// There are 8 levels at the most, so 256 choices.
    static func choice(
        _ candidates: [BorderCandidate], where isRight: (KnownTiles) -> Bool
    ) -> (tiles: KnownTiles, wrong: [LogError])? {
        let choices = (0..<1 << candidates.count).sorted { $0.nonzeroBitCount < $1.nonzeroBitCount }
        for choice in choices {
            var tiles = KnownTiles()
            var wrong: [LogError] = []
            for (place, candidate) in candidates.enumerated() {
                let isComputed = (choice >> place) & 1 == 1
                guard let hashes = isComputed ? candidate.computed : candidate.shown else { break }
                tiles[candidate.id] = hashes
                if isComputed { wrong += [candidate.damage].compactMap { $0 } }
            }
            guard candidates.allSatisfy({ tiles[$0.id] != nil }), isRight(tiles) else { continue }
            return (tiles, wrong)
        }
        return nil
    }
}
