import Checkpoints
import Merkle

/// Proofs from tiles alone: whoever keeps the tiles need not sign, list or compute anything.
extension LogTree {
    /// The head of this tree.
    public var head: ProvenHead { ProvenHead(signed, verified) }

    /// Returns the head of the first `treeSize` entries, computed from tiles.
    public func head(ofFirst treeSize: UInt64) async throws(LogError) -> ProvenHead {
        guard treeSize != size else { return head }
        let root = try await root(ofFirst: treeSize)
        do throws(CheckpointError) {
            return ProvenHead(
                computed: try Checkpoint(origin: checkpoint.origin, size: treeSize, root: root))
        } catch {
            preconditionFailure("a tree within a tree has a head: \(error)")
        }
    }

    /// Returns the entry at `index` with its path in the tree of `head`, which is this one's unless
    /// another is named.
    ///
    /// A head that this tree does not extend is a fork.
    public func prove(
        _ index: UInt64, in other: ProvenHead? = nil
    ) async throws(LogError) -> ProvenEntry {
        let head = other ?? self.head
        try await requireExtends(head.checkpoint)
        let inclusion = try await inclusionProof(of: index, in: head.checkpoint.size)
        let leafHash = try await leafHash(at: index)
        do throws(ProofFault) {
            return try ProvenEntry(leafHash: leafHash, inclusion: inclusion, head: head)
        } catch {
            preconditionFailure("tiles that are proven lead to their root: \(error)")
        }
    }

    /// Returns the proof that the tree of `new` extends that of `old`.
    ///
    /// A head that this tree does not extend is a fork. `old` must have an entry, and no more than
    /// `new` has.
    public func proveGrowth(
        from old: ProvenHead, to new: ProvenHead
    ) async throws(LogError) -> ProvenGrowth {
        precondition(old.checkpoint.size > 0, "every tree extends the empty one")
        precondition(old.checkpoint.size <= new.checkpoint.size, "a log grows")
        try await requireExtends(old.checkpoint)
        try await requireExtends(new.checkpoint)
        let proof = try await consistencyProof(
            from: old.checkpoint.size, to: new.checkpoint.size)
        do throws(ProofFault) {
            return try ProvenGrowth(from: old, to: new, path: proof.path)
        } catch {
            preconditionFailure("trees that begin one tree extend each other: \(error)")
        }
    }
}
