public import Merkle

/// A full tile of a key's list, which is stored once and never changes.
public struct IndexTile: Hashable, Sendable {
    /// The key of the list.
    public let key: IndexKey

    /// The place of the tile in the list's tree.
    public let id: TileID

    /// The 256 hashes.
    public let hashes: [Hash]

    /// The index of the first entry below a tile of leaves; 0 for a tile above them, where nobody
    /// looks for entries.
    public let first: UInt64
}
