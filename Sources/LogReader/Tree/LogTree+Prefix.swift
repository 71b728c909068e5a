import Checkpoints
public import Merkle

extension LogTree {
    /// Returns the root of the tree of the first `treeSize` entries, computed from tiles that the
    /// checkpoint proves.
    ///
    /// The log need never have signed it.
    public func root(ofFirst treeSize: UInt64) async throws(LogError) -> Hash {
        guard treeSize <= size else { throw .outside(index: treeSize, size: size) }
        guard treeSize < size else { return checkpoint.root }
        return try await reading { nodes throws(ReadError<TileError<UnknownTiles>>) in
            try CompactRange(size: treeSize, from: nodes).root
        }
    }
}
