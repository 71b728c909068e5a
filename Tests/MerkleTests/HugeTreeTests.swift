import Merkle
import Testing

/// Trees that nobody can build: all leaves alike but a few.
@Suite struct HugeTreeTests {
    private static let largest: UInt64 = 1 << 63

    /// Around powers of two, the largest one, and one with bits everywhere.
    private static let sizes: [UInt64] = [
        largest, largest - 1, largest - 255, largest - 256, largest - 257, largest / 2 + 1,
        largest / 2, largest / 2 - 1, 0x5555_5555_5555_5555, 0x2aaa_aaaa_aaaa_aaab, 1 << 32,
    ]

    @Test(arguments: sizes)
    func inclusionHolds(size: UInt64) throws {
        for index in [0, 1, size / 3, size / 2 - 1, size / 2, size - 2, size - 1] {
            let tree = SparseTree(marking: [index, size - 1, size / 2])
            let path = tree.path(to: index, in: size)
            let proof = try InclusionProof(leafIndex: index, treeSize: size, path: path)
            let leaf = tree.root(of: index..<(index + 1))
            #expect(proof.root(from: leaf) == tree.root(size))
            #expect(proof.root(from: .zero) != tree.root(size))
            let tiles = TiledNodes(ReferenceTiles(tree: tree, size: size))
            let nodes = ReferenceNodes(tree: tree)
            let read = try InclusionProof(leafIndex: index, treeSize: size, reading: nodes)
            let tiled = try InclusionProof(leafIndex: index, treeSize: size, reading: tiles)
            #expect(read == proof)
            #expect(tiled == proof)
        }
    }

    @Test(arguments: sizes)
    func consistencyHolds(new: UInt64) throws {
        for old in [1, 2, 3, new / 3, new / 2 - 1, new / 2, new / 2 + 1, new - 1, new] {
            let tree = SparseTree(marking: [0, old - 1, new - 1])
            let path = tree.proof(from: old, to: new)
            let proof = try ConsistencyProof(oldSize: old, newSize: new, path: path)
            try proof.verify(old: tree.root(old), new: tree.root(new))
            let tiles = TiledNodes(ReferenceTiles(tree: tree, size: new))
            #expect(
                try ConsistencyProof(from: old, to: new, reading: ReferenceNodes(tree: tree))
                    == proof)
            #expect(try ConsistencyProof(from: old, to: new, reading: tiles) == proof)
            guard old < new else { continue }
            #expect(throws: ProofError.self) {
                try proof.verify(old: tree.root(old - 1), new: tree.root(new))
            }
        }
    }

    @Test(arguments: sizes)
    func theLastBatchGivesTheDefinedTree(size: UInt64) throws {
        let added: UInt64 = 300
        let tree = SparseTree(marking: ((size - added)..<size).lazy.map { $0 })
        let base = try CompactRange(size: size - added, from: ReferenceNodes(tree: tree))
        let leaves = ((size - added)..<size).map { tree.root(of: $0..<($0 + 1)) }
        let batch = TreeExtension(of: base, adding: leaves)
        #expect(batch.root == tree.root(size))
        #expect(batch.range == leaves.reduce(into: base) { $0.append($1) })
        for index in stride(from: size - added, to: size, by: 37) {
            #expect(batch.inclusionPath(of: index) == tree.path(to: index, in: size))
        }
    }

    @Test(arguments: [largest + 1, .max])
    func largerTreesAreRefused(size: UInt64) {
        let nodes = ReferenceNodes(tree: DenseTree.shared)
        let error = ProofError.treeTooLarge(size)
        let refused = ReadError<Never>.refused(error)
        #expect(throws: error) { try InclusionProof(leafIndex: 0, treeSize: size, path: []) }
        #expect(throws: error) { try ConsistencyProof(oldSize: 1, newSize: size, path: []) }
        #expect(throws: error) { try CompactRange(size: size, hashes: []) }
        #expect(throws: refused) {
            try InclusionProof(leafIndex: 0, treeSize: size, reading: nodes)
        }
        #expect(throws: refused) { try ConsistencyProof(from: 1, to: size, reading: nodes) }
        #expect(throws: refused) { try CompactRange(size: size, from: nodes) }
    }
}
