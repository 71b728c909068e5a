import Merkle
import Testing

@Suite struct ConsistencyProofTests {
    private let tree = DenseTree.shared

    /// Every older tree of every small tree, each against a tree built from the definition.
    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func everyTreeExtendsAllSmallerOnes(new: UInt64) throws {
        let newRoot = tree.root(new)
        for old in 1...new {
            let path = tree.proof(from: old, to: new)
            let proof = try ConsistencyProof(oldSize: old, newSize: new, path: path)
            try proof.verify(old: tree.root(old), new: newRoot)
        }
    }

    /// As defined, whether from nodes or from tiles that are just wide enough.
    @Test(arguments: 0...300 as ClosedRange<UInt64>)
    func theProofsOfAReaderAreTheDefinedOnes(new: UInt64) throws {
        let nodes = ReferenceNodes(tree: tree)
        let tiles = TiledNodes(ReferenceTiles(tree: tree, size: new))
        var wrong: [UInt64] = []
        for old in 0...new {
            let path = tree.proof(from: old, to: new)
            let defined = try ConsistencyProof(oldSize: old, newSize: new, path: path)
            let read = try ConsistencyProof(from: old, to: new, reading: nodes)
            let tiled = try ConsistencyProof(from: old, to: new, reading: tiles)
            if read != defined || tiled != defined { wrong.append(old) }
        }
        #expect(wrong.isEmpty)
    }

    /// Any bit of any hash or root, any two hashes swapped, any other size.
    @Test(
        arguments: [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (8, 9), (100, 257), (255, 300)]
            as [(UInt64, UInt64)])
    func noAlteredProofIsBelieved(old: UInt64, new: UInt64) throws {
        let path = tree.proof(from: old, to: new)
        let (oldRoot, newRoot) = (tree.root(old), tree.root(new))
        let proof = try ConsistencyProof(oldSize: old, newSize: new, path: path)
        for altered in Mutation.alterations(of: path) {
            let proof = try ConsistencyProof(oldSize: old, newSize: new, path: altered)
            #expect(throws: ProofError.self) { try proof.verify(old: oldRoot, new: newRoot) }
        }
        for wrongLength in Mutation.wrongLengths(of: path) {
            #expect(throws: ProofError.wrongPathLength(wrongLength.count, expected: path.count)) {
                try ConsistencyProof(oldSize: old, newSize: new, path: wrongLength)
            }
        }
        for root in Mutation.bitFlips(of: oldRoot) + [newRoot, .emptyTree] {
            #expect(throws: ProofError.self) { try proof.verify(old: root, new: newRoot) }
        }
        for root in Mutation.bitFlips(of: newRoot) + [oldRoot, .emptyTree] {
            #expect(throws: ProofError.newRootDiffers) { try proof.verify(old: oldRoot, new: root) }
        }
        for other in 0...new where other != old {
            #expect(throws: ProofError.self) {
                let proof = try ConsistencyProof(oldSize: other, newSize: new, path: path)
                try proof.verify(old: oldRoot, new: newRoot)
            }
        }
    }

    @Test func aTreeIsConsistentOnlyWithItself() throws {
        let proof = try ConsistencyProof(oldSize: 5, newSize: 5, path: [])
        try proof.verify(old: tree.root(5), new: tree.root(5))
        #expect(throws: ProofError.newRootDiffers) {
            try proof.verify(old: tree.root(5), new: tree.root(6))
        }
    }

    @Test(arguments: [0, 1, 300] as [UInt64])
    func nothingIsProvenFromTheEmptyTree(new: UInt64) throws {
        let proof = try ConsistencyProof(oldSize: 0, newSize: new, path: [])
        #expect(throws: ProofError.nothingToProve) {
            try proof.verify(old: .emptyTree, new: tree.root(new))
        }
        #expect(throws: ProofError.wrongPathLength(1, expected: 0)) {
            try ConsistencyProof(oldSize: 0, newSize: new, path: [.zero])
        }
    }

    @Test(arguments: [(1, 8), (5, 8), (6, 6), (77, 300)] as [(UInt64, UInt64)])
    func aProofLeadsFromTheOlderRootToTheNewer(old: UInt64, new: UInt64) throws {
        let path = tree.proof(from: old, to: new)
        let proof = try ConsistencyProof(oldSize: old, newSize: new, path: path)
        #expect(try proof.newRoot(extending: tree.root(old)) == tree.root(new))
    }

    @Test func anOlderRootThatDiffersLeadsNowhere() throws {
        let path = tree.proof(from: 6, to: 8)
        let proof = try ConsistencyProof(oldSize: 6, newSize: 8, path: path)
        #expect(throws: ProofError.oldRootDiffers) { try proof.newRoot(extending: tree.root(5)) }
    }

    @Test(arguments: [(1, 0), (9, 8), (.max, 1 << 63)] as [(UInt64, UInt64)])
    func aTreeNeverExtendsALargerOne(old: UInt64, new: UInt64) {
        let error = ProofError.sizesOutOfOrder(old: old, new: new)
        #expect(throws: error) { try ConsistencyProof(oldSize: old, newSize: new, path: []) }
        #expect(throws: ReadError<Never>.refused(error)) {
            try ConsistencyProof(from: old, to: new, reading: ReferenceNodes(tree: tree))
        }
    }
}
