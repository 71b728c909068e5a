internal import Crypto
public import Merkle

/// Reads a snapshot that comes in parts, and makes its map (index.md §6).
///
/// The hashes of branches are computed. An error is final: nothing of the snapshot may be used.
public struct IndexSnapshotReader: Sendable {
    private let maximumNodes: Int
    private var hasher = SHA256()

    /// The bytes that are not read yet: less than a node and a part.
    private var buffer: [UInt8] = []
    private var start = 0

    private var trie = IndexTrie()
    private var root = Hash.zero
    private var head: Hash?

    /// The branches around the next node, the root's first.
    private var open: [Open] = []

    private var isComplete = false
    private var failure: IndexSnapshotError?

    /// A branch of which not all is read.
    private struct Open {
        /// The number of its left node.
        let pair: UInt32

        /// Whether the left node is read.
        var isOnRight = false

        /// Records of what is read below it, 65 for more than 64.
        var records = 0
    }

    /// Begins a snapshot.
    ///
    /// - Parameter maximumNodes: Most nodes that the map may have; the memory that a bad file can
    ///   take is 37 bytes for each.
    public init(maximumNodes: Int) {
        self.maximumNodes = min(maximumNodes, IndexTrie.maximumNodes)
    }

    /// Adds the next bytes.
    public mutating func append(_ part: [UInt8]) throws(IndexSnapshotError) {
        if let failure { throw failure }
        do throws(IndexSnapshotError) {
            buffer.removeSubrange(..<start)
            start = 0
            buffer += part
            if head == nil { try readHeader() }
            if head != nil { while try readNode() {} }
            hasher.update(data: buffer[..<start])
            guard !isComplete || buffer.count - start <= Hash.byteCount else {
                throw .trailingBytes
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Returns the map and the EntryID of its head, once all bytes are there.
    ///
    /// - Parameter digest: The digest of the snapshot that was written last, or of the one before:
    ///   what the store has kept. Hashes alone do not show a wrong count.
    public func finish(
        digests: [Hash]
    ) throws(IndexSnapshotError) -> (trie: IndexTrie, head: Hash) {
        if let failure { throw failure }
        guard isComplete, let head, buffer.count - start == Hash.byteCount else {
            throw .truncated
        }
        let computed = Hash(Array(hasher.finalize())) ?? .zero
        guard Hash(buffer[start...]) == computed else { throw .damaged }
        guard trie.root == root else { throw .rootDiffers }
        guard digests.contains(computed) else { throw .anotherSnapshot }
        return (trie, head)
    }

    private mutating func readHeader() throws(IndexSnapshotError) {
        let magic = IndexSnapshot.magic
        guard buffer.prefix(magic.count).elementsEqual(magic.prefix(buffer.count)) else {
            throw .notSnapshot
        }
        guard buffer.count >= IndexSnapshot.headerByteCount else { return }
        trie.size = UInt64(bigEndianAt: magic.count, of: buffer)
        root = hash(at: magic.count + 8)
        head = hash(at: magic.count + 8 + Hash.byteCount)
        start = IndexSnapshot.headerByteCount
    }

    /// Reads the next node, if all of it is there; returns whether there may be another.
    private mutating func readNode() throws(IndexSnapshotError) -> Bool {
        guard !isComplete, start < buffer.count else { return false }
        let code = buffer[start]
        let node = IndexNode(hash: .zero, child: 0, code: code)
        let first = start + 1
        switch node.shape {
        case .empty:
            start = first
            try end(.empty, records: 0)
        case .branch:
            start = first
            try begin()
        case .list:
            guard buffer.count - first >= 2 * Hash.byteCount else { return false }
            let key = IndexKey(hash(at: first))
            guard isOnWay(key) else { throw .listElsewhere }
            let number = UInt32(truncatingIfNeeded: trie.listKeys.count)
            let list = IndexNode(list: hash(at: first + Hash.byteCount), key: number)
            trie.listKeys.append(key)
            start = first + 2 * Hash.byteCount
            try end(list, records: IndexNode.bucketLimit + 1)
        case .bucket(let count):
            guard count <= IndexNode.bucketLimit else { throw .unknownNode(code) }
            guard buffer.count - first >= Hash.byteCount else { return false }
            let bucket = IndexNode(hash: hash(at: first), child: 0, code: code)
            start = first + Hash.byteCount
            try end(bucket, records: count)
        }
        return true
    }

    private mutating func begin() throws(IndexSnapshotError) {
        guard open.count < IndexKey.bitCount else { throw .tooDeep }
        let pair = trie.nodes.count
        guard pair + 2 < maximumNodes else { throw .tooManyNodes }
        trie.nodes.grow(to: pair + 2)
        open.append(Open(pair: UInt32(pair)))
    }

    /// Puts a node at its place, and ends the branches whose last node it is.
    private mutating func end(_ node: IndexNode, records: Int) throws(IndexSnapshotError) {
        var (node, records) = (node, records)
        while var last = open.popLast() {
            trie.nodes[last.isOnRight ? last.pair + 1 : last.pair] = node
            last.records = min(last.records + records, IndexNode.bucketLimit + 1)
            guard last.isOnRight else {
                last.isOnRight = true
                open.append(last)
                return
            }
            guard last.records > IndexNode.bucketLimit else { throw .needlessBranch }
            node = IndexNode(over: trie.nodes[last.pair], node, pair: last.pair)
            records = last.records
        }
        trie.top = node
        isComplete = true
    }

    /// Whether the bits of `key` are those of the way to the next node.
    private func isOnWay(_ key: IndexKey) -> Bool {
        open.indices.allSatisfy { key.bit(at: $0) == open[$0].isOnRight }
    }

    private func hash(at place: Int) -> Hash {
        Hash(buffer[place..<(place + Hash.byteCount)]) ?? .zero
    }
}
