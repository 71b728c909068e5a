public import Merkle

/// All entries of one key that has more than 64, reduced to what appending needs (index.md §2).
///
/// It is a tree of RFC 9162 whose leaves are the indexes, each as 8 bytes big-endian, in rising
/// order. The tree is as trustworthy as its source: compare ``hash`` with the node of the map.
public struct IndexList: Hashable, Sendable {
    /// Most bytes of a ``row``: two numbers, and a hash for each bit of the first.
    public static let maximumRowByteCount = 16 + 64 * Hash.byteCount

    /// The key that all entries have.
    public let key: IndexKey

    /// The index of the newest entry; 0 where there is none.
    public private(set) var last: UInt64

    /// The tree over the indexes.
    public private(set) var range: CompactRange

    /// Creates the list without entries.
    public init(of key: IndexKey) {
        self.key = key
        last = 0
        range = CompactRange()
    }

    /// Reads a stored row; nil where it is none: n (8 bytes), last index (8), then the hashes of
    /// the compact range, left to right.
    public init?(of key: IndexKey, row: [UInt8]) {
        guard row.count >= 16, row.count <= Self.maximumRowByteCount,
            let hashes = Self.hashes(row[16...]),
            let range = try? CompactRange(size: UInt64(bigEndianAt: 0, of: row), hashes: hashes)
        else { return nil }
        self.key = key
        self.range = range
        last = UInt64(bigEndianAt: 8, of: row)
        // n indexes that differ end at n - 1 or above.
        guard range.size == 0 ? last == 0 : last >= range.size - 1 else { return nil }
    }

    /// The number of entries, n.
    public var count: UInt64 { range.size }

    /// The row that a store keeps.
    public var row: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + range.hashes.count * Hash.byteCount)
        bytes.append(bigEndian: count)
        bytes.append(bigEndian: last)
        for hash in range.hashes { hash.append(to: &bytes) }
        return bytes
    }

    /// The hash of the node that stands for the list: SHA-256(0x04 || key || n || root).
    public var hash: Hash { Self.hash(key, count, range.root) }

    /// Returns the hash of the node of a list: SHA-256(0x04 || key || n || root).
    static func hash(_ key: IndexKey, _ count: UInt64, _ root: Hash) -> Hash {
        .pair(4, key.hash, count, root)
    }

    private static func hashes(_ bytes: ArraySlice<UInt8>) -> [Hash]? {
        let span = bytes.span
        return Hash.list(span)
    }

    /// Adds an entry, whose index must be above the last, and shows each subtree that it completes.
    mutating func append(_ index: UInt64, completing: (_ level: Int, _ node: Hash) -> Void) {
        precondition(count == 0 || index > last, "the indexes of a list rise")
        range.append(.leaf(index), level: 0, completing: completing)
        last = index
    }
}
