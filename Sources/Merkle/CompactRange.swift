/// A tree reduced to what appending to it needs: the hashes of the complete subtrees it is made
/// of, one for each set bit of its size.
///
/// The hashes are as trustworthy as their source: compare ``root`` with a tree head.
public struct CompactRange: Hashable, Sendable {
    /// The largest tree this module works with, 2^63 leaves: at a million a second, 292,000 years.
    ///
    /// A power of two below the end of `UInt64`, so that no sum of a size and an index overflows.
    public static let maximumSize: UInt64 = 1 << 63

    /// Number of leaves.
    public private(set) var size: UInt64

    /// The hashes of ``nodes(of:)``: left to right, the largest subtree first.
    public private(set) var hashes: [Hash]

    /// Creates the range of the empty tree.
    public init() {
        size = 0
        hashes = []
    }

    /// Creates a range after checking that a tree of `size` leaves has so many subtrees.
    public init(size: UInt64, hashes: [Hash]) throws(ProofError) {
        guard size <= Self.maximumSize else { throw .treeTooLarge(size) }
        guard hashes.count == size.nonzeroBitCount else {
            throw .wrongRangeLength(hashes.count, expected: size.nonzeroBitCount)
        }
        self.init(unchecked: size, hashes)
    }

    /// Reads the range of a tree of `size` leaves from stored nodes, with one read.
    ///
    /// Throws `.refused` where the size is above 2^63, `.failed` where the reader fails.
    public init<Reader: NodeReader>(
        size: UInt64, from reader: Reader
    ) throws(ReadError<Reader.Failure>) {
        guard size <= Self.maximumSize else { throw .refused(.treeTooLarge(size)) }
        do throws(Reader.Failure) {
            hashes = try reader.read(Self.nodes(of: size))
        } catch {
            throw .failed(error)
        }
        self.size = size
    }

    init(unchecked size: UInt64, _ hashes: [Hash]) {
        self.size = size
        self.hashes = hashes
    }

    /// Returns the complete subtrees that a tree of `size` leaves is made of, left to right.
    public static func nodes(of size: UInt64) -> [NodeID] {
        NodeID.covering(0, size)
    }

    /// Adds a leaf, given its hash.
    ///
    /// The tree must have fewer than ``maximumSize`` leaves.
    public mutating func append(_ leaf: Hash) {
        append(leaf, level: 0) { _, _ in }
    }

    /// Adds a complete subtree of 2^level leaves, given its hash, and shows each complete subtree
    /// that it completes, itself first: its level and its hash.
    ///
    /// The size must be a multiple of 2^level, and the tree may not grow beyond ``maximumSize``.
    package mutating func append(
        _ subtree: Hash, level: Int, completing: (_ level: Int, _ node: Hash) -> Void
    ) {
        precondition(level < 64 && size & ((1 << level) - 1) == 0, "a subtree has its place")
        precondition(
            1 << level <= Self.maximumSize - size, "a tree has at most 2^63 leaves")
        var node = subtree
        var height = level
        completing(height, node)
        // Each one bit of the size from there is a subtree that the new one completes to a larger.
        while (size >> height) & 1 == 1 {
            node = .node(hashes.removeLast(), node)
            height += 1
            completing(height, node)
        }
        hashes.append(node)
        size += 1 << level
    }

    /// The root of the tree (RFC 9162 §2.1.1).
    public var root: Hash {
        hashes.isEmpty ? .emptyTree : Self.root(of: hashes[...])
    }

    /// Returns the hash of `node` where it is one of the range's own; else nil.
    func hash(of node: NodeID) -> Hash? {
        let count = size >> UInt64(node.level)
        guard count & 1 == 1, node.index == count - 1 else { return nil }
        return hash(atLevel: Int(node.level))
    }

    /// Returns the hash of the range's one subtree of `level`; that bit of the size must be set.
    func hash(atLevel level: Int) -> Hash {
        precondition((size >> level) & 1 == 1, "the range has no subtree of this level")
        return hashes[(size >> (level + 1)).nonzeroBitCount]
    }

    /// Returns the root over complete subtrees that grow smaller to the right; at least one.
    static func root(of hashes: ArraySlice<Hash>) -> Hash {
        var root = hashes[hashes.endIndex - 1]
        for hash in hashes.dropLast().reversed() {
            root = .node(hash, root)
        }
        return root
    }
}
