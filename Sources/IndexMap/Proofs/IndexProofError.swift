public import Encoding

/// Why a proof of the index was rejected.
///
/// Every case but ``name(_:)`` with an unknown kind means *false*: nothing that the proof lists may
/// be believed.
public enum IndexProofError: Error, Hashable {
    /// The proof has more bytes than one can have.
    case tooLong(Int)

    /// The proof is not deterministic CBOR.
    case encoding(CBORError)

    /// A member has not the form of index.md §5.
    case form(Member)

    /// The name is none that the index has; an unknown kind is *unknown*.
    case name(IndexNameError)

    /// A node beside the way is 32 zero bytes, which are written null.
    case zeroSibling(depth: Int)

    /// A bucket has 1 to 64 records.
    case bucketLength(Int)

    /// The indexes of a bucket never fall.
    case bucketOrder

    /// An entry that is listed is not among the first N.
    case indexAboveSize(UInt64)

    /// A list has more than 64 entries and at most N.
    case listLength(UInt64)

    /// The key of a list is not below the node that the way leads to.
    case listElsewhere

    /// Pages belong to a list of the key itself, and to nothing else.
    case pagesWithoutList

    /// A page has 1 to 4,096 indexes.
    case pageLength(Int)

    /// A page goes on behind the end of its list.
    case pageOutsideList(from: UInt64)

    /// A page has not the number of subtrees beside it that its place asks for.
    case pageSubtrees(from: UInt64)

    /// The pages do not rise, or overlap.
    case pageOrder(from: UInt64)

    /// The indexes of a list rise, within a page and from one to the next.
    case listOrder(UInt64)

    /// A page does not lead to the root of its list.
    case pageRoot(from: UInt64)

    /// A branch has no records on either side, so it would be none.
    case emptyBranch(depth: Int)

    /// The way does not lead to the root of the map.
    case rootDiffers

    /// The part of a proof that has another form.
    public enum Member: String, Hashable, Sendable, CaseIterable {
        /// Not an array of five.
        case proof = "a proof is [kind, value, path, end, pages]"

        /// Not an unsigned number.
        case kind = "the kind is an unsigned number"

        /// Not a byte string.
        case value = "the value is a byte string"

        /// Not an array of at most 256 hashes.
        case path = "the path is an array of at most 256 hashes of 32 bytes, or null"

        /// None of the three.
        case end = "the end is [0], [1, records] or [2, key, n, root]"

        /// Not an array of at most 16.
        case pages = "there are at most 16 pages"

        /// Not an array of four.
        case page = "a page is [from, indexes, left, right]"

        /// Not 1 to 4,096 numbers.
        case indexes = "the indexes of a page are 1 to 4,096 numbers of 8 bytes each"

        /// Not an array of hashes.
        case subtrees = "beside a page stand arrays of at most 126 hashes of 32 bytes"
    }
}

extension IndexProofError: CustomStringConvertible {
    /// The rule that is broken, in words.
    public var description: String {
        switch self {
        case .tooLong(let count):
            "the proof has \(count) bytes, and at most \(IndexProof.maximumByteCount) are read"
        case .encoding(let error): "\(error)"
        case .form(let member): member.rawValue
        case .name(let error): "\(error)"
        case .zeroSibling(let depth): "node \(depth) of the path is zeros, which are written null"
        case .bucketLength(let count): "a bucket has 1 to 64 records, not \(count)"
        case .bucketOrder: "the indexes of a bucket fall"
        case .indexAboveSize(let index): "index \(index) is not among the entries that are covered"
        case .listLength(let count):
            "a list has more than 64 entries and no more than there are, not \(count)"
        case .listElsewhere: "the list belongs to another place of the map"
        case .pagesWithoutList: "there are pages, and no list that they could be of"
        case .pageLength(let count): "a page has 1 to 4,096 indexes, not \(count)"
        case .pageOutsideList(let from): "the page from \(from) goes on behind the list's end"
        case .pageSubtrees(let from): "the page from \(from) has not as many hashes as its place"
        case .pageOrder(let from): "the page from \(from) begins before the end of another"
        case .listOrder(let index): "index \(index) is not above the one before it in the list"
        case .pageRoot(let from): "the page from \(from) does not lead to the root of the list"
        case .emptyBranch(let depth): "both nodes below depth \(depth) are empty"
        case .rootDiffers: "the path does not lead to the root of the map"
        }
    }
}
