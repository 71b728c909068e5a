internal import Merkle

/// One node of the map as it is kept in memory (index.md §2).
struct IndexNode: Hashable, Sendable {
    /// Most records of a bucket, K.
    static let bucketLimit = 64

    private static let branchCode: UInt8 = 65
    private static let listCode: UInt8 = 66

    /// The node of no records: 32 zero bytes.
    static let empty = IndexNode(hash: .zero, child: 0, code: 0)

    /// What the node is of.
    enum Shape: Hashable {
        /// Of no records.
        case empty

        /// Of 1 to 64 records.
        case bucket(Int)

        /// Of more, with two nodes below it.
        case branch

        /// Of more, all of one key.
        case list
    }

    let hash: Hash

    /// Of a branch the number of its left node, which the right one follows; of a list the number
    /// of its key; else 0.
    let child: UInt32

    /// 0 for no records, 1 to 64 for a bucket of so many, 65 for a branch, 66 for a list: also the
    /// byte of a snapshot.
    let code: UInt8

    /// Takes a node as it is kept.
    init(hash: Hash, child: UInt32, code: UInt8) {
        self.hash = hash
        self.child = child
        self.code = code
    }

    /// The branch over two nodes, which are kept as a pair.
    init(over left: IndexNode, _ right: IndexNode, pair: UInt32) {
        self.init(hash: Self.branch(left.hash, right.hash), child: pair, code: Self.branchCode)
    }

    /// The node of a list, whose key has this number.
    init(list hash: Hash, key number: UInt32) {
        self.init(hash: hash, child: number, code: Self.listCode)
    }

    /// The bucket of `records`, which must be sorted for the chain, behind those of `self`: an
    /// empty node or a bucket.
    func appending(_ records: [IndexRecord]) -> IndexNode {
        let chain = records.reduce(hash) { Self.chained($0, $1.key.tag, $1.index) }
        let count = code + UInt8(records.count)
        precondition(count <= Self.bucketLimit, "a bucket has at most 64 records")
        return IndexNode(hash: chain, child: 0, code: count)
    }

    var shape: Shape {
        switch code {
        case 0: .empty
        case Self.branchCode: .branch
        case Self.listCode: .list
        default: .bucket(Int(code))
        }
    }

    /// Returns the next link of a bucket's chain: SHA-256(0x02 || link before || tag || index).
    static func chained(_ link: Hash, _ tag: UInt64, _ index: UInt64) -> Hash {
        .link(2, link, tag, index)
    }

    /// Returns the hash of a branch: SHA-256(0x03 || left || right).
    static func branch(_ left: Hash, _ right: Hash) -> Hash {
        .pair(3, left, right)
    }
}
