/// A claim that a leaf is part of a tree, with the hashes that show it (RFC 9162 §2.1.3).
///
/// A value of this type is well formed: its path has the one length its position allows.
/// It proves nothing until ``root(from:)`` equals the root of a tree head the caller trusts.
public struct InclusionProof: Hashable, Sendable {
    /// Zero-based position of the leaf.
    public let leafIndex: UInt64

    /// Number of leaves in the tree; greater than `leafIndex`, at most 2^63.
    public let treeSize: UInt64

    /// Sibling hashes on the way from the leaf (first) to the root (last).
    public let path: [Hash]

    /// Creates a proof after checking everything about it that needs no hashing.
    public init(leafIndex: UInt64, treeSize: UInt64, path: [Hash]) throws(ProofError) {
        let shape = try Self.shape(leafIndex, treeSize)
        guard path.count == shape.count else {
            throw .wrongPathLength(path.count, expected: shape.count)
        }
        self.leafIndex = leafIndex
        self.treeSize = treeSize
        self.path = path
    }

    /// Makes the proof for a leaf from stored nodes, with one read (RFC 9162 §2.1.3.1).
    ///
    /// Throws `.refused` where the tree has no such leaf, `.failed` where the reader does.
    ///
    /// - Parameters:
    ///   - leafIndex: The zero-based position of the leaf.
    ///   - treeSize: The number of leaves in the tree.
    ///   - below: Hashes of the path that are known, nearest to the leaf first: its siblings in a
    ///     complete subtree.
    ///   - reader: Reads the other nodes.
    public init<Reader: NodeReader>(
        leafIndex: UInt64, treeSize: UInt64, below: ArraySlice<Hash> = [], reading reader: Reader
    ) throws(ReadError<Reader.Failure>) {
        let known: ArraySlice<Hash>
        do throws(ProofError) {
            known = below.prefix(try Self.shape(leafIndex, treeSize).fork)
        } catch {
            throw .refused(error)
        }
        do throws(Reader.Failure) {
            let shape = PathShape(from: leafIndex, level: known.count, in: treeSize)
            let rest = try shape.path(reading: reader)
            path = known.isEmpty ? rest : known + rest
        } catch {
            throw .failed(error)
        }
        self.leafIndex = leafIndex
        self.treeSize = treeSize
    }

    /// Takes a path that was made for this very position.
    init(unchecked leafIndex: UInt64, _ treeSize: UInt64, _ path: [Hash]) {
        self.leafIndex = leafIndex
        self.treeSize = treeSize
        self.path = path
    }

    /// Returns the root of the tree that has `leaf` at `leafIndex` and this path beside it
    /// (RFC 9162 §2.1.3.2).
    public func root(from leaf: Hash) -> Hash {
        let fork = PathShape(from: leafIndex, in: treeSize).fork
        var node = leaf
        // Below the fork, the node is a left or a right child; a bit of its index says which.
        for level in 0..<fork {
            let isLeftChild = (leafIndex >> level) & 1 == 0
            node = isLeftChild ? .node(node, path[level]) : .node(path[level], node)
        }
        // From the fork up, the node is on the tree's right border: all siblings are on its left.
        for sibling in path[fork...] {
            node = .node(sibling, node)
        }
        return node
    }

    private static func shape(
        _ leafIndex: UInt64, _ treeSize: UInt64
    ) throws(ProofError) -> PathShape {
        guard treeSize <= CompactRange.maximumSize else { throw .treeTooLarge(treeSize) }
        guard leafIndex < treeSize else {
            throw .leafOutsideTree(leafIndex: leafIndex, treeSize: treeSize)
        }
        return PathShape(from: leafIndex, in: treeSize)
    }
}
