import Merkle
import Testing

@Suite struct PrefixProofTests {
    private let tree = DenseTree.shared

    /// The same leaves up to a place, and others from there on.
    private static let forks = [0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 69].map { place in
        let leaves = DenseTree.shared.leaves.prefix(70).enumerated()
        return (
            place: UInt64(place),
            tree: DenseTree(leaves.map { $0 < place ? $1 : .node($1, $1) })
        )
    }

    /// The proof by its definition: the complete subtree that the path of RFC 9162 leaves out
    /// where the size is a power of two stands before it.
    private func proof(
        _ size: UInt64, _ treeSize: UInt64, of tree: DenseTree
    ) throws -> PrefixProof {
        let path = tree.proof(from: size, to: treeSize)
        let consistency = try ConsistencyProof(oldSize: size, newSize: treeSize, path: path)
        return try PrefixProof(consistency, root: tree.root(size))
    }

    @Test(arguments: 2...300 as ClosedRange<UInt64>)
    func bothRootsFollowFromTheHashes(treeSize: UInt64) throws {
        let whole = tree.root(treeSize)
        for size in 1..<treeSize {
            let roots = try proof(size, treeSize, of: tree).roots
            #expect(roots.prefix == tree.root(size) && roots.whole == whole)
        }
    }

    /// What convicts a log: its own tree of `treeSize` begins with another tree than it showed.
    @Test(arguments: 2...70 as ClosedRange<UInt64>)
    func aForkedTreeShowsItsOwnFirstLeavesAndNoOther(treeSize: UInt64) throws {
        for fork in Self.forks where fork.place < treeSize {
            for size in 1..<treeSize {
                let roots = try proof(size, treeSize, of: fork.tree).roots
                #expect(roots.whole == fork.tree.root(treeSize))
                #expect(roots.whole != tree.root(treeSize))
                #expect((roots.prefix == tree.root(size)) == (size <= fork.place))
            }
        }
    }

    /// No alteration leads to the whole tree's root: a forger has nothing to show.
    @Test(arguments: [2, 3, 4, 7, 8, 9, 32, 33, 70] as [UInt64])
    func noOtherHashesLeadToTheTree(treeSize: UInt64) throws {
        let whole = tree.root(treeSize)
        for size in 1..<treeSize {
            let path = try proof(size, treeSize, of: tree).path
            for altered in Mutation.alterations(of: path) {
                let altered = try PrefixProof(size: size, treeSize: treeSize, path: altered)
                #expect(altered.roots.whole != whole)
            }
        }
    }

    @Test(arguments: [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (64, 257)] as [(UInt64, UInt64)])
    func pathsOfAnyOtherLengthAreRefused(size: UInt64, treeSize: UInt64) throws {
        let path = try proof(size, treeSize, of: tree).path
        for wrong in Mutation.wrongLengths(of: path) {
            #expect(throws: ProofError.wrongPathLength(wrong.count, expected: path.count)) {
                try PrefixProof(size: size, treeSize: treeSize, path: wrong)
            }
        }
    }

    @Test func aPowerOfTwoNeedsTheRootThatAConsistencyProofLeavesOut() throws {
        let consistency = try ConsistencyProof(
            oldSize: 4, newSize: 7, path: tree.proof(from: 4, to: 7))
        #expect(throws: ProofError.wrongPathLength(1, expected: 2)) {
            try PrefixProof(consistency)
        }
        let odd = try ConsistencyProof(oldSize: 3, newSize: 7, path: tree.proof(from: 3, to: 7))
        #expect(try PrefixProof(odd, root: .zero) == PrefixProof(odd))
    }

    @Test func onlyAPartOfATreeHasAProof() {
        let tooLarge: UInt64 = (1 << 63) + 1
        #expect(throws: ProofError.nothingToProve) {
            try PrefixProof(size: 0, treeSize: 5, path: [])
        }
        #expect(throws: ProofError.sizesOutOfOrder(old: 5, new: 5)) {
            try PrefixProof(size: 5, treeSize: 5, path: [])
        }
        #expect(throws: ProofError.treeTooLarge(tooLarge)) {
            try PrefixProof(size: 5, treeSize: tooLarge, path: [])
        }
    }

    /// One for the subtree, one for each level of the highest tree that a checkpoint can have.
    @Test func noCheckpointsHaveALongerProofThan64Hashes() throws {
        let path = Array(repeating: Hash.zero, count: 64)
        let longest = try PrefixProof(size: 1, treeSize: UInt64(Int64.max), path: path)
        #expect(longest.roots.prefix == .zero)
    }
}
