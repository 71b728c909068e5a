/// The nodes above a tile's hashes, up to the one over all 256, as far as they are complete.
///
/// As much again as the tile itself: for tiles that nearly every proof needs.
public struct TilePyramid: Sendable {
    /// The tile's hashes.
    public let hashes: [Hash]

    /// The nodes one level above the hashes, then those two above, and so on.
    private let nodes: [Hash]

    /// Computes the nodes over the hashes of a tile, 256 at most.
    public init(_ hashes: [Hash]) {
        precondition(hashes.count <= TileID.width, "a tile has 256 hashes at most")
        self.hashes = hashes
        var nodes: [Hash] = []
        nodes.reserveCapacity(hashes.count)
        var below = hashes[...]
        while below.count > 1 {
            let start = nodes.count
            for place in stride(from: below.startIndex, to: below.endIndex - 1, by: 2) {
                nodes.append(.node(below[place], below[place + 1]))
            }
            below = nodes[start...]
        }
        self.nodes = nodes
    }

    /// Returns the node over the hashes at `places`, a complete subtree's; nil where there are
    /// not so many hashes.
    public func node(over places: Range<Int>) -> Hash? {
        guard places.upperBound <= hashes.count else { return nil }
        let height = places.count.trailingZeroBitCount
        guard height > 0 else { return hashes[places.lowerBound] }
        // The levels below it have half as many nodes each, rounded down.
        let start = (1..<height).reduce(0) { $0 + hashes.count >> $1 }
        return nodes[start + places.lowerBound >> height]
    }
}
