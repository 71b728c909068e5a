package import Checkpoints

/// A tree that a checkpoint claims, while nobody knows the key that signed it.
///
/// What it holds is proven into the claimed root, and so is what is said of an older tree. That the
/// log has this tree is shown by nothing before the checkpoint is opened.
package struct ClaimedTree: Sendable {
    /// The claim, which nobody has judged.
    package let claim: Checkpoint

    private let tree: LogTree

    init(_ signed: SignedCheckpoint, layout: LogLayout, source: any LogSource) {
        claim = signed.claim
        // A cache of its own: what is proven into a claim is not proven into the log.
        tree = LogTree(
            signed, VerifiedCheckpoint(unchecked: signed.claim), layout: layout, source: source,
            cache: TileCache())
    }

    /// Says whether the claimed tree is what became of `known`, which was believed before and is
    /// not larger.
    package func extends(_ known: Checkpoint) async throws(LogError) -> Bool {
        guard known.origin == claim.origin, known.size <= claim.size else { return false }
        return try await tree.root(ofFirst: known.size) == known.root
    }

    /// Hands the entries of `range` to `body` in their order, each with its index and proven into
    /// the claimed root.
    package func forEachEntry(
        in range: Range<UInt64>, _ body: (UInt64, [UInt8]) async throws -> Void
    ) async throws {
        try await tree.forEachEntry(in: range, body)
    }
}
