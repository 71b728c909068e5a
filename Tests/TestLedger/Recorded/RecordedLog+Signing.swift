import Checkpoints
import Encoding
import LogReader
import Merkle
import TestSupport

/// Another log in the place of the recorded one, by whoever has its keys.
extension RecordedLog {
    /// Makes tiles, bundles, manifest bundles, the list of control statements and the checkpoint
    /// anew from the leaves and the manifests.
    ///
    /// Partial files of other sizes and the checkpoint before go: they are another log's.
    package mutating func sign() throws {
        for path in files.keys where Self.isOfOneTree(path) { files[path] = nil }
        addBundles()
        addTiles()
        files[StaticLayout.control] = try control().flatMap { CBOR.bytes($0).encoded() }
        files[StaticLayout.checkpoint] = try note()
    }

    /// Makes the log of the first `size` leaves.
    package mutating func cut(to size: UInt64) throws {
        leaves = Array(leaves.prefix(Int(size)))
        manifests = Array(manifests.prefix(Int(size)))
        try sign()
    }

    private static func isOfOneTree(_ path: String) -> Bool {
        path.hasPrefix("tile/") || path.hasPrefix("manifests/") || path == "checkpoint.previous"
    }

    private mutating func addBundles() {
        for start in stride(from: 0, to: leaves.count, by: TileID.width) {
            let end = min(leaves.count, start + TileID.width)
            let index = UInt64(start / TileID.width)
            let path = TilePath.entries(index: index, width: end - start).description
            files[path] = Self.bundle(leaves[start..<end])
            files[StaticLayout.manifests(index, width: end - start)] =
                manifests[start..<end].flatMap { manifest in
                    (manifest.map { CBOR.bytes($0) } ?? .null).encoded()
                }
        }
    }

    private mutating func addTiles() {
        var hashes = leaves.map { Hash.leaf($0) }
        var level: UInt8 = 0
        while !hashes.isEmpty {
            var parents: [Hash] = []
            for start in stride(from: 0, to: hashes.count, by: TileID.width) {
                let tile = hashes[start..<min(hashes.count, start + TileID.width)]
                let id = TileID(level: level, index: UInt64(start / TileID.width))
                files[TilePath.tile(id, width: tile.count).description] = tile.flatMap(\.bytes)
                guard tile.count == TileID.width else { continue }
                var range = CompactRange()
                for hash in tile { range.append(hash) }
                parents.append(range.root)
            }
            (hashes, level) = (parents, level + 1)
        }
    }

    /// The control statements among the leaves; what cannot be read is none.
    private func control() throws -> [[UInt8]] {
        leaves.filter { leaf in
            guard let message = try? COSESign1.decode(leaf) else { return false }
            return message.protectedMap[3] != nil
        }
    }
}
