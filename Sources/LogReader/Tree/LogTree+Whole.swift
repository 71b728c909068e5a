import Checkpoints
import Merkle

extension LogTree {
    /// Reads every file that the checkpoint covers, and compares all of them with its root.
    ///
    /// `visit` gets each entry in order: its index, its leaf and its manifest. The leaf is in the
    /// log if this returns; the manifest is not looked at. Tiles are computed from the entries: the
    /// first that differs is named, because it is wrong or because the bundle under it is.
    public func verify(
        _ visit: (UInt64, [UInt8], [UInt8]?) async throws -> Void = { _, _, _ in }
    ) async throws {
        var range = CompactRange()
        var tiles = [[Hash]](repeating: [], count: 8)
        var index: UInt64 = 0
        for bundle in 0..<bundleCount {
            let manifests = try await manifests(ofBundle: bundle)
            for (leaf, manifest) in zip(try await uncheckedLeaves(ofBundle: bundle), manifests) {
                let hash = Hash.leaf(leaf)
                range.append(hash)
                tiles[0].append(hash)
                try await visit(index, leaf, manifest)
                index += 1
            }
            try await foldFullTiles(&tiles, after: bundle)
        }
        for level in tiles.indices where !tiles[level].isEmpty {
            let nodes = size >> (UInt64(level) * UInt64(TileID.height))
            try await compare(
                tiles[level], TileID(level: UInt8(level), index: nodes / UInt64(TileID.width)))
        }
        guard range.root == checkpoint.root else {
            throw LogError.refuted(
                source.place(of: layout.file(.checkpoint)),
                reason: "the entries do not have its root")
        }
    }

    /// Compares tiles that are full now with their files, and carries each up as one hash.
    private func foldFullTiles(
        _ tiles: inout [[Hash]], after bundle: UInt64
    ) async throws(LogError) {
        var index = bundle
        for level in 0..<7 where tiles[level].count == TileID.width {
            try await compare(tiles[level], TileID(level: UInt8(level), index: index))
            tiles[level + 1].append(node(over: tiles[level]))
            tiles[level] = []
            index /= UInt64(TileID.width)
        }
    }

    private func compare(_ hashes: [Hash], _ id: TileID) async throws(LogError) {
        try await tile(id) { file throws(LogError) in
            guard try file.hashes(hashes.count) == hashes else {
                throw .refuted(
                    file.place, reason: "does not have the hashes of the entries below it")
            }
        }
    }
}
