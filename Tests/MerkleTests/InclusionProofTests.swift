import Merkle
import Testing

@Suite struct InclusionProofTests {
    private let tree = DenseTree.shared

    /// Every leaf of every small tree, each against a tree built from the definition.
    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func everyLeafLeadsToTheRoot(size: UInt64) throws {
        let root = tree.root(size)
        var wrong: [UInt64] = []
        for index in 0..<size {
            let path = tree.path(to: index, in: size)
            let proof = try InclusionProof(leafIndex: index, treeSize: size, path: path)
            if proof.root(from: tree.leaves[Int(index)]) != root { wrong.append(index) }
        }
        #expect(wrong.isEmpty)
    }

    /// As defined, whether from nodes or from tiles that are just wide enough.
    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func theProofsOfAReaderAreTheDefinedOnes(size: UInt64) throws {
        let nodes = ReferenceNodes(tree: tree)
        let tiles = TiledNodes(ReferenceTiles(tree: tree, size: size))
        var wrong: [UInt64] = []
        for index in 0..<size {
            let path = tree.path(to: index, in: size)
            let defined = try InclusionProof(leafIndex: index, treeSize: size, path: path)
            let read = try InclusionProof(leafIndex: index, treeSize: size, reading: nodes)
            let tiled = try InclusionProof(leafIndex: index, treeSize: size, reading: tiles)
            if read != defined || tiled != defined { wrong.append(index) }
        }
        #expect(wrong.isEmpty)
    }

    /// The way through a complete subtree is the same in every tree that has it.
    @Test(arguments: [1, 3, 4, 7, 8])
    func theFirstHashesOfAPathMayBeKnown(height: Int) throws {
        let nodes = ReferenceNodes(tree: tree)
        var wrong: [UInt64] = []
        for index in 0..<300 as Range<UInt64> {
            let complete = (index >> height + 1) << height
            guard complete <= 300 else { break }
            let below = tree.path(to: index, in: complete).prefix(height)
            for size in complete...300 {
                let path = tree.path(to: index, in: size)
                let defined = try InclusionProof(leafIndex: index, treeSize: size, path: path)
                let made = try InclusionProof(
                    leafIndex: index, treeSize: size, below: below, reading: nodes)
                if made != defined { wrong.append(index) }
            }
        }
        #expect(wrong.isEmpty)
        let other = ArraySlice([Hash](repeating: .emptyTree, count: height))
        let made = try InclusionProof(leafIndex: 5, treeSize: 300, below: other, reading: nodes)
        #expect(made.path.prefix(height) == other)
    }

    /// Another leaf, another position, any bit of any hash, any two hashes swapped.
    @Test(arguments: [1, 2, 3, 7, 8, 9, 64, 100, 255, 256, 257] as [UInt64])
    func noAlteredProofLeadsToTheRoot(size: UInt64) throws {
        let root = tree.root(size)
        for index in Set([0, 1, size / 3, size / 2, size - 1]) where index < size {
            let path = tree.path(to: index, in: size)
            let leaf = tree.leaves[Int(index)]
            for altered in Mutation.alterations(of: path) {
                let proof = try InclusionProof(leafIndex: index, treeSize: size, path: altered)
                #expect(proof.root(from: leaf) != root)
            }
            for flipped in Mutation.bitFlips(of: leaf) {
                let proof = try InclusionProof(leafIndex: index, treeSize: size, path: path)
                #expect(proof.root(from: flipped) != root)
            }
            for other in 0..<size where other != index {
                let proof = try? InclusionProof(leafIndex: other, treeSize: size, path: path)
                #expect(proof?.root(from: leaf) != root)
            }
            for wrongLength in Mutation.wrongLengths(of: path) {
                #expect(
                    throws: ProofError.wrongPathLength(wrongLength.count, expected: path.count)
                ) {
                    try InclusionProof(leafIndex: index, treeSize: size, path: wrongLength)
                }
            }
        }
    }

    /// The reason why a receipt carries a checkpoint: sizes of one shape give one root.
    @Test func aPathAloneDoesNotFixTheTreeSize() throws {
        let path = tree.path(to: 0, in: 4)
        let three = try InclusionProof(leafIndex: 0, treeSize: 3, path: path)
        let four = try InclusionProof(leafIndex: 0, treeSize: 4, path: path)
        #expect(three.root(from: tree.leaves[0]) == four.root(from: tree.leaves[0]))
    }

    /// The last leaf has one sibling per set bit of its index, so no path can have 65.
    @Test(arguments: [0, 1, 7, (1 << 63) - 1] as [UInt64])
    func pathsOfAnyOtherLengthAreRefused(leafIndex: UInt64) {
        let path = Array(repeating: Hash.emptyTree, count: 65)
        let length = leafIndex.nonzeroBitCount
        #expect(throws: ProofError.wrongPathLength(65, expected: length)) {
            try InclusionProof(leafIndex: leafIndex, treeSize: leafIndex + 1, path: path)
        }
    }

    @Test(arguments: [(0, 0), (1, 1), (5, 4), (.max, 8), (1 << 63, 1 << 63)] as [(UInt64, UInt64)])
    func aLeafOutsideTheTreeIsRefused(leafIndex: UInt64, treeSize: UInt64) {
        let error = ProofError.leafOutsideTree(leafIndex: leafIndex, treeSize: treeSize)
        #expect(throws: error) {
            try InclusionProof(leafIndex: leafIndex, treeSize: treeSize, path: [])
        }
        #expect(throws: ReadError<Never>.refused(error)) {
            try InclusionProof(
                leafIndex: leafIndex, treeSize: treeSize, reading: ReferenceNodes(tree: tree))
        }
    }
}
