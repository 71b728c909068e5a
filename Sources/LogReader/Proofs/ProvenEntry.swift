import Checkpoints
public import Merkle

/// An entry's place in a log, which holds: its path leads from the leaf to the root of a head that
/// may be believed.
public struct ProvenEntry: Hashable, Sendable {
    /// The hash of the leaf.
    public let leafHash: Hash

    /// Index, tree size and path.
    public let inclusion: InclusionProof

    /// The head to whose root the path leads.
    public let head: ProvenHead

    /// The position in the log.
    public var index: UInt64 { inclusion.leafIndex }

    /// Checks the arithmetic: a path that leads elsewhere is no value of this type.
    public init(
        leafHash: Hash, inclusion: InclusionProof, head: ProvenHead
    ) throws(ProofFault) {
        guard inclusion.treeSize == head.checkpoint.size else {
            throw .otherSize(inclusion.treeSize, expected: head.checkpoint.size)
        }
        guard inclusion.root(from: leafHash) == head.checkpoint.root else { throw .otherRoot }
        self.leafHash = leafHash
        self.inclusion = inclusion
        self.head = head
    }
}

/// Why a proof does not hold.
///
/// Whoever gave it is wrong, or shows another log: it must not be passed on.
public enum ProofFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is about a tree of another size than the checkpoint's.
    case otherSize(UInt64, expected: UInt64)

    /// It does not lead to the root of the checkpoint.
    case otherRoot

    /// It does not lead to the root of the older checkpoint.
    case otherOldRoot

    /// It is about another log than the checkpoint beside it.
    case otherOrigin

    /// It has a number of hashes, or sizes, that no such proof can have.
    case malformed(ProofError)

    /// What is wrong with it, to follow the word "proof".
    public var description: String {
        switch self {
        case .otherSize(let size, let expected):
            "is about a tree of \(size) entries, and the checkpoint about one of \(expected)"
        case .otherRoot: "does not lead to the root of the checkpoint"
        case .otherOldRoot: "does not lead to the root of the older checkpoint"
        case .otherOrigin: "is about two logs"
        case .malformed(.wrongPathLength(let count, let expected)):
            "has \(count) hashes, where its numbers ask for \(expected)"
        case .malformed(.leafOutsideTree(let index, let size)):
            "is about entry \(index) of a tree that has \(size)"
        case .malformed(.sizesOutOfOrder(let old, let new)):
            "leads from a tree of \(old) entries to one of \(new)"
        case .malformed: "has numbers that no proof can have"
        }
    }
}
