import Merkle

/// The tile of level 1 above a block of bundles, and what is wrong with the tiles that the block
/// completes.
struct TilesAbove: Sendable {
    /// The hashes of the tile, as many as there are full bundles.
    let hashes: [Hash]

    let damage: [LogError]
}

/// Reads the bundles of a walk, and the tiles above them.
struct BundleReader<Value: Sendable>: Sendable {
    let tree: LogTree
    let range: Range<UInt64>
    let readsTiles: Bool
    let prepare: @Sendable (LeafBundle) async throws(LogError) -> Value

    /// Reads the tiles above a block.
    func above(_ block: UInt64) async -> Result<TilesAbove, LogError> {
        do throws(LogError) {
            return .success(try await tree.tilesAbove(block))
        } catch {
            return .failure(error)
        }
    }

    /// Reads a bundle of no more than `limit` bytes and the tile over it.
    func read(
        _ number: UInt64, _ above: TilesAbove, limit: Int
    ) async -> Result<WalkedBundle<Value>, LogError> {
        do throws(LogError) {
            return .success(try await walked(number, above, limit).bundle)
        } catch {
            return .failure(error)
        }
    }

    /// Reads a bundle of any size that one may have; returns its size, too.
    func readAlone(
        _ number: UInt64, _ above: TilesAbove
    ) async throws(LogError) -> (bundle: WalkedBundle<Value>, size: Int) {
        try await walked(number, above, LogLimits.bundleBytes)
    }

    private func walked(
        _ number: UInt64, _ above: TilesAbove, _ limit: Int
    ) async throws(LogError) -> (bundle: WalkedBundle<Value>, size: Int) {
        let place = Int(number % UInt64(TileID.width))
        let proof =
            StaticLayout.width(of: number, in: tree.size) == TileID.width
            ? BundleProof.node(above.hashes[place]) : try await tree.proof(ofBundle: number)
        var leaves = try await tree.bundle(number, under: proof, limit: limit)
        var damage: [LogError] = []
        if case .node = proof, readsTiles, let error = try await tree.damage(over: leaves) {
            damage.append(error)
        }
        if place == TileID.width - 1 { damage += above.damage }
        // The border is looked at when the walk comes to the end of the tree.
        if number == tree.bundleCount - 1 { damage += tree.memory.damage }
        // That a file is not there says nothing of the log, and is no reason to pass it over.
        if let missing = damage.first(where: { $0.meaning == .missing }) { throw missing }
        leaves.indexes = leaves.indexes.clamped(to: range)
        let value = try await prepare(leaves)
        return (
            WalkedBundle(
                number: number, indexes: leaves.indexes, value: value, damage: damage),
            leaves.bytes.count
        )
    }
}

extension LogTree {
    /// Looks at the tile over a full bundle that is proven; what is wrong with it is no error of
    /// the look.
    fileprivate func damage(over leaves: LeafBundle) async throws(LogError) -> LogError? {
        do throws(LogError) {
            try await tile(TileID(level: 0, index: leaves.number)) { file throws(LogError) in
                guard try file.hashes(TileID.width) == leaves.hashes else {
                    throw .refuted(
                        file.place, reason: "does not have the hashes of the entries below it")
                }
            }
            return nil
        } catch {
            guard error.isOfFile else { throw error }
            return error
        }
    }

    /// Reads the tile of level 1 above a block of bundles, and looks at each tile that the block
    /// completes.
    fileprivate func tilesAbove(_ block: UInt64) async throws(LogError) -> TilesAbove {
        var tile = TileID(level: 1, index: block)
        // A first partial bundle has nothing above it.
        guard tile.width(in: size) > 0 else { return TilesAbove(hashes: [], damage: []) }
        guard tile.width(in: size) == TileID.width else {
            return TilesAbove(hashes: try await provenTile(tile), damage: [])
        }
        let (hashes, damage) = try await look(at: tile)
        var all = [damage].compactMap { $0 }
        while tile.placeInParent == TileID.width - 1, tile.parent.width(in: size) == TileID.width {
            tile = tile.parent
            all += [try await look(at: tile).damage].compactMap { $0 }
        }
        return TilesAbove(hashes: hashes, damage: all)
    }
}
