public import Merkle

/// Neighbouring entries of a list, with the hashes that place them in it (index.md §5).
public struct IndexPage: Hashable, Sendable {
    /// Most indexes of one page.
    public static let maximumCount = 4096

    /// The position of the first, counted from the first of the list.
    public let from: UInt64

    /// The indexes of the entries, 1 to 4,096.
    public let indexes: [UInt64]

    /// The complete subtrees over the entries before, left to right.
    public let left: [Hash]

    /// The complete subtrees over the entries behind, left to right.
    public let right: [Hash]

    /// The position behind the last.
    var end: UInt64 { from + UInt64(indexes.count) }

    /// Takes a page as it is; ``root(of:)`` says what it shows.
    public init(from: UInt64, indexes: [UInt64], left: [Hash], right: [Hash]) {
        self.from = from
        self.indexes = indexes
        self.left = left
        self.right = right
    }

    /// Reads the hashes around some entries of a list.
    ///
    /// - Parameter indexes: The entries from position `from` on, 1 to 4,096 of them.
    init<Rows: IndexRows>(
        from: UInt64, indexes: [UInt64], of list: IndexList, reading rows: Rows
    ) throws(IndexError<Rows.Failure>) {
        let end = from + UInt64(indexes.count)
        let left = IndexSubtrees.tiling(0..<from)
        let right = IndexSubtrees.tiling(end..<list.count)
        let tiles = IndexListTiles(of: list, from: rows)
        let nodes = BorderedNodes(list.range, else: TiledNodes(tiles))
        let hashes: [Hash]
        do throws(TileError<IndexError<Rows.Failure>>) {
            hashes = try nodes.hashes(of: left + right)
        } catch {
            switch error {
            case .shortTile: throw .listDiffers(list.key)
            case .failed(let failure): throw failure
            }
        }
        self.init(
            from: from, indexes: indexes, left: Array(hashes[..<left.count]),
            right: Array(hashes[left.count...]))
    }

    /// Returns the root of the list of `count` entries that has these at their positions
    /// (RFC 9162 §2.1.1).
    ///
    /// Throws where the page is not one of such a list, whatever its hashes.
    func root(of count: UInt64) throws(IndexProofError) -> Hash {
        guard !indexes.isEmpty, indexes.count <= Self.maximumCount else {
            throw .pageLength(indexes.count)
        }
        guard from <= count, UInt64(indexes.count) <= count - from else {
            throw .pageOutsideList(from: from)
        }
        let behind = IndexSubtrees.tiling(end..<count)
        guard left.count == from.nonzeroBitCount, right.count == behind.count else {
            throw .pageSubtrees(from: from)
        }
        guard var range = try? CompactRange(size: from, hashes: left) else {
            throw .pageSubtrees(from: from)
        }
        for index in indexes { range.append(.leaf(index)) }
        for (node, hash) in zip(behind, right) {
            range.append(hash, level: Int(node.level)) { _, _ in }
        }
        return range.root
    }
}
