package import IndexMap
package import Merkle

/// A row of `listTiles`: a full tile of the list of a key.
///
///     key (32), level (1), tile (8)    first index (8), 256 hashes of 32 bytes
///
/// Numbers are big-endian. The first index is that of the first entry below a tile of leaves: from
/// there the entries at a position of the list are found without counting from the beginning.
package struct ListTileRow: Hashable, Sendable {
    /// The index of the first entry below the tile.
    package let first: UInt64

    /// The 256 hashes.
    package let hashes: [Hash]

    /// The row of a tile.
    package init(_ tile: IndexTile) {
        self.init(first: tile.first, hashes: tile.hashes)
    }

    private init(first: UInt64, hashes: [Hash]) {
        self.first = first
        self.hashes = hashes
    }

    /// Reads a row; nil for one of another form.
    package init?(_ value: [UInt8]) {
        guard value.count == 8 + TileID.width * Hash.byteCount else { return nil }
        let rest = Array(value[8...])
        let span = rest.span
        guard let first = StoreLayout.number(value[..<8]), let hashes = Hash.list(span) else {
            return nil
        }
        self.init(first: first, hashes: hashes)
    }

    package var value: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + hashes.count * Hash.byteCount)
        StoreLayout.append(first, to: &bytes)
        for hash in hashes { hash.append(to: &bytes) }
        return bytes
    }

    /// The key of the row of a tile.
    package static func key(_ key: IndexKey, _ tile: TileID) -> [UInt8] {
        key.hash.bytes + StoreLayout.key(tile)
    }
}
