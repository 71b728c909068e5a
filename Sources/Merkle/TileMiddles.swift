/// The nodes half way up a tile: four levels above its hashes, each over 16 of them.
///
/// A proof needs a node of almost every level. From a whole tile they cost 247 hashes, from
/// the middles 22; and a tile's middles are 512 bytes, so those of a large log can be kept.
public enum TileMiddles {
    /// Levels between a tile's hashes and its middles.
    public static let height: UInt8 = 4

    /// Hashes of a tile below one of its middles.
    public static let width = 16

    /// Returns the nodes over each 16 of `hashes`; fewer than 16 at the end have none yet.
    public static func nodes(over hashes: ArraySlice<Hash>) -> [Hash] {
        (0..<hashes.count / width).map { index in
            let start = hashes.startIndex + index * width
            return root(over: hashes[start..<start + width])
        }
    }

    /// Returns the hash of the complete subtree over `hashes`, a power of two of them.
    package static func root(over hashes: ArraySlice<Hash>) -> Hash {
        root(over: hashes, hashes.startIndex, hashes.endIndex)
    }

    /// The same of the part from `start` to `end`: eight levels at most.
    private static func root(over hashes: ArraySlice<Hash>, _ start: Int, _ end: Int) -> Hash {
        guard end - start > 1 else { return hashes[start] }
        let middle = (start + end) / 2
        return .node(root(over: hashes, start, middle), root(over: hashes, middle, end))
    }
}
