public import Merkle

/// A claim that these are all entries of one name among the first N of a log, or that there are
/// none, with the hashes that show it (index.md §5).
///
/// It proves nothing until ``listing(under:size:)`` has led to the root of a map, which an index
/// head that the caller trusts must give.
public struct IndexProof: Hashable, Sendable {
    /// Most bytes of a proof: a path of 256 hashes, and 16 pages of 4,096 indexes with 189 hashes
    /// each, are some 637,000.
    public static let maximumByteCount = 640 * 1024

    /// Most pages: with 4,096 indexes each, 65,536 entries.
    public static let maximumPages = 16

    /// What is asked for.
    public let name: IndexName

    /// The nodes beside the way along the key, from the root down; nil where one is empty.
    public let path: [Hash?]

    /// Where the way ends.
    public let end: IndexProofEnd

    /// The entries of a list, as far as they are here.
    public let pages: [IndexPage]

    /// Takes a proof as it is.
    public init(name: IndexName, path: [Hash?], end: IndexProofEnd, pages: [IndexPage] = []) {
        self.name = name
        self.path = path
        self.end = end
        self.pages = pages
    }

    /// Returns what is listed under the root of the map of the first `size` leaves.
    ///
    /// Throws the first rule that the proof breaks; then it shows nothing.
    public func listing(
        under root: Hash, size: UInt64
    ) throws(IndexProofError) -> IndexListing {
        let key = name.key
        let (node, listing) = try foot(key, size)
        guard path.count <= IndexKey.bitCount else { throw .form(.path) }
        var hash = node
        for depth in (0..<path.count).reversed() {
            if path[depth] == Hash.zero { throw .zeroSibling(depth: depth) }
            let sibling = path[depth] ?? .zero
            guard hash != .zero || sibling != .zero else { throw .emptyBranch(depth: depth) }
            hash =
                key.bit(at: depth)
                ? IndexNode.branch(sibling, hash) : IndexNode.branch(hash, sibling)
        }
        guard hash == root else { throw .rootDiffers }
        return listing
    }

    /// Returns the hash of the node at which the way ends, and what is listed there.
    private func foot(
        _ key: IndexKey, _ size: UInt64
    ) throws(IndexProofError) -> (Hash, IndexListing) {
        switch end {
        case .empty:
            guard pages.isEmpty else { throw .pagesWithoutList }
            return (.zero, IndexListing(all: []))
        case .bucket(let records):
            guard pages.isEmpty else { throw .pagesWithoutList }
            return try bucket(records, key, size)
        case .list(let other, let count, let root):
            guard count > IndexNode.bucketLimit, count <= size,
                count <= CompactRange.maximumSize
            else { throw .listLength(count) }
            guard other.commonBits(with: key) >= path.count else { throw .listElsewhere }
            let hash = IndexList.hash(other, count, root)
            guard other == key else {
                guard pages.isEmpty else { throw .pagesWithoutList }
                return (hash, IndexListing(all: []))
            }
            try checkPages(of: count, root, size)
            return (hash, IndexListing(pages, of: count))
        }
    }

    /// Folds the chain of a bucket.
    ///
    /// Listed are the entries of the records with the key's tag. Another key may have the same tag:
    /// so an entry is listed at most, and once.
    private func bucket(
        _ records: [IndexProofEnd.Record], _ key: IndexKey, _ size: UInt64
    ) throws(IndexProofError) -> (Hash, IndexListing) {
        guard (1...IndexNode.bucketLimit).contains(records.count) else {
            throw .bucketLength(records.count)
        }
        var hash = Hash.zero
        var listed: [UInt64] = []
        var last: UInt64 = 0
        for record in records {
            guard record.index < size else { throw .indexAboveSize(record.index) }
            guard record.index >= last else { throw .bucketOrder }
            last = record.index
            hash = IndexNode.chained(hash, record.tag, record.index)
            if record.tag == key.tag, listed.last != record.index { listed.append(record.index) }
        }
        return (hash, IndexListing(all: listed))
    }

    private func checkPages(
        of count: UInt64, _ root: Hash, _ size: UInt64
    ) throws(IndexProofError) {
        guard pages.count <= Self.maximumPages else { throw .form(.pages) }
        var end: UInt64 = 0
        var last: UInt64?
        for page in pages {
            guard page.from >= end else { throw .pageOrder(from: page.from) }
            for index in page.indexes {
                guard last.map({ $0 < index }) ?? true else { throw .listOrder(index) }
                guard index < size else { throw .indexAboveSize(index) }
                last = index
            }
            guard try page.root(of: count) == root else { throw .pageRoot(from: page.from) }
            end = page.end
        }
    }
}
