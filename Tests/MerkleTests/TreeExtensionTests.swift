import Merkle
import Testing
import TestSupport

@Suite struct TreeExtensionTests {
    private let tree = DenseTree.shared

    /// Every way to reach every small size in one batch.
    @Test(arguments: 0...70 as ClosedRange<UInt64>)
    func oneBatchGivesTheDefinedTree(base: UInt64) throws {
        for size in base...70 {
            try check(extending(base, to: size), base: base, size: size, "\(base) to \(size)")
        }
    }

    /// Small and large batches by turns, with the tiles kept as the ledger keeps them.
    @Test func batchesOfAnySizesGiveTheDefinedTrees() throws {
        var random = SeededRandom(for: "batchesOfAnySizesGiveTheDefinedTrees")
        for _ in 0..<20 {
            var range = CompactRange()
            var tiles = TileStore()
            while range.size < 300 {
                let most = ([1, 3, 20, 300] as [UInt64]).randomElement(using: &random) ?? 1
                let count = UInt64.random(in: 0...most, using: &random)
                let size = min(range.size + count, 300)
                let leaves = tree.leaves[Int(range.size)..<Int(size)]
                let batch = TreeExtension(of: range, adding: Array(leaves))
                try check(batch, base: range.size, size: size, "\(random)")
                tiles.append(batch)
                try tiles.check(tree, size, "\(random)")
                range = batch.range
            }
        }
    }

    /// Enough leaves for a third level of tiles (`tlog-tiles`: 70,000).
    @Test func everyLevelOfTilesGrowsByWhatTheBatchAdds() throws {
        let leaves = (0..<70_000).map { Hash.leaf([UInt8($0 & 255), UInt8($0 >> 8 & 255)]) }
        var range = CompactRange()
        var tiles = TileStore()
        for start in stride(from: 0, to: leaves.count, by: 4096) {
            let end = min(start + 4096, leaves.count)
            let batch = TreeExtension(of: range, adding: Array(leaves[start..<end]))
            tiles.append(batch)
            range = batch.range
            #expect(batch.root == range.root)
            for index in [UInt64(start), UInt64(start + end) / 2, UInt64(end - 1)] {
                let read = try InclusionProof(
                    leafIndex: index, treeSize: batch.size, reading: TiledNodes(tiles))
                #expect(read == batch.inclusionProof(of: index))
                #expect(read.root(from: leaves[Int(index)]) == batch.root)
            }
        }
        let appended = leaves.reduce(into: CompactRange()) { $0.append($1) }
        #expect(range == appended)
        #expect(tiles.width(TileID(level: 0, index: 273)) == 112)
        #expect(tiles.width(TileID(level: 1, index: 1)) == 17)
        #expect(tiles.width(TileID(level: 2, index: 0)) == 1)
    }

    @Test func anEmptyBatchChangesNothing() throws {
        for base in 0...20 as ClosedRange<UInt64> {
            let batch = try extending(base, to: base)
            #expect(batch.range == batch.base)
            #expect(batch.root == tree.root(base))
            #expect(batch.nodes(atLevel: 0).first == base)
            #expect(batch.nodes(atLevel: 0).hashes.isEmpty)
        }
    }

    private func extending(_ base: UInt64, to size: UInt64) throws -> TreeExtension {
        TreeExtension(
            of: try CompactRange(size: base, from: ReferenceNodes(tree: tree)),
            adding: Array(tree.leaves[Int(base)..<Int(size)]))
    }

    private func check(
        _ batch: TreeExtension, base: UInt64, size: UInt64, _ comment: Comment
    ) throws {
        #expect(batch.base.size == base, comment)
        #expect(batch.size == size, comment)
        #expect(batch.root == tree.root(size), comment)
        let range = try CompactRange(size: size, from: ReferenceNodes(tree: tree))
        #expect(batch.range == range, comment)
        for index in base..<size {
            let path = tree.path(to: index, in: size)
            #expect(batch.inclusionPath(of: index) == path, comment)
            let proof = try InclusionProof(leafIndex: index, treeSize: size, path: path)
            #expect(batch.inclusionProof(of: index) == proof, comment)
        }
        for level in 0...UInt8.max {
            let added = batch.nodes(atLevel: level)
            let indexes = (base >> UInt64(level))..<(size >> UInt64(level))
            let nodes = indexes.map { NodeID(level: level, index: $0) }
            #expect(added.first == indexes.lowerBound, comment)
            #expect(added.hashes == ReferenceNodes(tree: tree).hashes(of: nodes), comment)
        }
    }
}
