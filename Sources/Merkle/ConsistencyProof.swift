/// A claim that a tree was only appended to, with the hashes that show it (RFC 9162 §2.1.4).
///
/// A value of this type is well formed: its path has the one length its sizes allow.
/// It proves nothing until ``verify(old:new:)`` returns for the roots of two tree heads.
public struct ConsistencyProof: Hashable, Sendable {
    /// Number of leaves in the older tree.
    public let oldSize: UInt64

    /// Number of leaves in the newer tree; no less than `oldSize`, at most 2^63.
    public let newSize: UInt64

    /// The hashes, in the order of RFC 9162 §2.1.4.1; none where the older tree is empty or
    /// both are one.
    public let path: [Hash]

    /// Creates a proof after checking everything about it that needs no hashing.
    public init(oldSize: UInt64, newSize: UInt64, path: [Hash]) throws(ProofError) {
        try Self.checkSizes(oldSize, newSize)
        let expected = Self.pathCount(oldSize, newSize)
        guard path.count == expected else {
            throw .wrongPathLength(path.count, expected: expected)
        }
        self.oldSize = oldSize
        self.newSize = newSize
        self.path = path
    }

    /// Makes the proof for two sizes from stored nodes, with one read (RFC 9162 §2.1.4.1).
    ///
    /// Throws `.refused` where the sizes are out of order or too large, `.failed` where the
    /// reader fails.
    public init<Reader: NodeReader>(
        from oldSize: UInt64, to newSize: UInt64, reading reader: Reader
    ) throws(ReadError<Reader.Failure>) {
        do throws(ProofError) {
            try Self.checkSizes(oldSize, newSize)
        } catch {
            throw .refused(error)
        }
        do throws(Reader.Failure) {
            path = try Self.path(oldSize, newSize, reading: reader)
        } catch {
            throw .failed(error)
        }
        self.oldSize = oldSize
        self.newSize = newSize
    }

    /// Checks that the tree with root `new` begins with all leaves of the tree with root `old`,
    /// in their order (RFC 9162 §2.1.4.2).
    ///
    /// A proof from the empty tree is refused for all roots: it would show nothing.
    public func verify(old: Hash, new: Hash) throws(ProofError) {
        guard try newRoot(extending: old) == new else { throw .newRootDiffers }
    }

    /// Checks the proof against the older tree's root and returns the newer root it leads to.
    ///
    /// For a newer root that only a signature can confirm. Throws like ``verify(old:new:)``.
    public func newRoot(extending old: Hash) throws(ProofError) -> Hash {
        guard oldSize > 0 else { throw .nothingToProve }
        guard oldSize < newSize else { return old }
        let shape = Self.shape(oldSize, newSize)
        var siblings = path[...]
        // A power of two is one complete subtree: its hash is the older root, and not in the path.
        let first = Self.isPowerOfTwo(oldSize) ? old : siblings.removeFirst()
        let roots = shape.roots(from: first, siblings)
        guard roots.prefix == old else { throw .oldRootDiffers }
        return roots.whole
    }

    private static func path<Reader: NodeReader>(
        _ oldSize: UInt64, _ newSize: UInt64, reading reader: Reader
    ) throws(Reader.Failure) -> [Hash] {
        guard oldSize > 0, oldSize < newSize else { return [] }
        let shape = shape(oldSize, newSize)
        let first = NodeID(level: UInt8(shape.start), index: shape.leafIndex >> shape.start)
        return try shape.path(after: isPowerOfTwo(oldSize) ? nil : first, reading: reader)
    }

    private static func pathCount(_ oldSize: UInt64, _ newSize: UInt64) -> Int {
        guard oldSize > 0, oldSize < newSize else { return 0 }
        return (isPowerOfTwo(oldSize) ? 0 : 1) + shape(oldSize, newSize).count
    }

    private static func shape(_ oldSize: UInt64, _ newSize: UInt64) -> PathShape {
        PathShape(ofFirst: oldSize, in: newSize)
    }

    private static func isPowerOfTwo(_ size: UInt64) -> Bool {
        size.nonzeroBitCount == 1
    }

    private static func checkSizes(_ oldSize: UInt64, _ newSize: UInt64) throws(ProofError) {
        guard newSize <= CompactRange.maximumSize else { throw .treeTooLarge(newSize) }
        guard oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
    }
}
