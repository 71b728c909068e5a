/// The place of a tile: 256 neighbouring nodes of one level, stored and served as one
/// (C2SP tlog-tiles).
///
/// Hash i of it is that of the complete subtree `NodeID(level: 8 * level, index: 256 * index + i)`.
/// A tile at the tree's right border holds the first few of them and grows until it is full.
public struct TileID: Hashable, Sendable {
    /// The number of hashes in a full tile.
    public static let width = 256

    /// The number of tree levels that one level of tiles stands for: 2^8 is the width.
    public static let height: UInt8 = 8

    /// The level of tiles: 0 for the tiles of leaf hashes, at most 7 in a tree of 2^63 leaves.
    public let level: UInt8

    /// The number of tiles of this level to its left.
    public let index: UInt64

    /// Names a tile.
    ///
    /// One that no tree can have is no error: its ``width(in:)`` is 0 at every size.
    public init(level: UInt8, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// Returns how many hashes of this tile there are in a tree of `treeSize` leaves: 0...256.
    public func width(in treeSize: UInt64) -> Int {
        let nodes = treeSize >> (UInt64(level) * UInt64(Self.height))
        let full = nodes / UInt64(Self.width)
        if index < full { return Self.width }
        return index == full ? Int(nodes % UInt64(Self.width)) : 0
    }
}
