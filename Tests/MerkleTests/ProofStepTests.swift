import Merkle
import Testing

/// The steps that are shown are those of the verification.
@Suite struct ProofStepTests {
    private let tree = DenseTree.shared

    /// Follows steps with nothing but the hash of two nodes.
    private func fold(_ start: Hash, _ steps: [ProofStep]) -> Hash {
        var node = start
        for step in steps {
            node = step.isOnRight ? .node(node, step.sibling) : .node(step.sibling, node)
            #expect(step.node == node)
        }
        return node
    }

    @Test(arguments: 1...70 as ClosedRange<UInt64>)
    func theStepsOfAnInclusionLeadToTheRoot(size: UInt64) throws {
        for index in 0..<size {
            let path = tree.path(to: index, in: size)
            let leaf = tree.root(of: index..<index + 1)
            let steps = try InclusionProof(leafIndex: index, treeSize: size, path: path)
                .steps(from: leaf)
            #expect(steps.map(\.sibling) == path)
            #expect(fold(leaf, steps) == tree.root(size))
        }
    }

    /// All steps lead to the newer root, and those with a sibling on the left to the older one.
    @Test(arguments: 2...70 as ClosedRange<UInt64>)
    func theStepsOfAConsistencyLeadToBothRoots(size: UInt64) throws {
        for oldSize in 1..<size {
            let old = tree.root(oldSize)
            let proof = try ConsistencyProof(
                oldSize: oldSize, newSize: size, path: tree.proof(from: oldSize, to: size))
            let steps = proof.steps(old: old)
            let start = try #require(proof.start(old: old))
            #expect(fold(start, steps) == tree.root(size))
            let left = steps.filter { !$0.isOnRight }.map(\.sibling)
            #expect(left.reduce(start) { .node($1, $0) } == old, "\(oldSize) of \(size)")
        }
    }

    @Test func oneTreeNeedsNoSteps() throws {
        let root = tree.root(70)
        let proof = try ConsistencyProof(oldSize: 70, newSize: 70, path: [])
        #expect(proof.start(old: root) == nil && proof.steps(old: root).isEmpty)
    }
}
