public import Merkle

/// The path from an entry to a head that was accepted, as `colophon prove` checks it.
public struct HistoryProof: Hashable, Sendable {
    /// The hash of the leaf.
    public let leafHash: Hash

    /// The place in the tree, its size, and the siblings on the way to the root.
    public let inclusion: InclusionProof

    /// The root of the accepted head.
    public let root: Hash

    /// Takes a path that leads to `root`; nil where it does not.
    public init?(leafHash: Hash, inclusion: InclusionProof, root: Hash) {
        guard inclusion.root(from: leafHash) == root else { return nil }
        self.leafHash = leafHash
        self.inclusion = inclusion
        self.root = root
    }
}
