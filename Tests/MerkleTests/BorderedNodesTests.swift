import Merkle
import Testing

@Suite struct BorderedNodesTests {
    private static let leaves = (0..<300).map { Hash.leaf([UInt8(truncatingIfNeeded: $0), 7]) }

    /// Proofs are the same whether the border comes from a range or is read.
    @Test(arguments: [1, 2, 3, 7, 8, 67, 255, 256, 257, 300] as [UInt64])
    func everyProofIsTheSameWithTheRange(size: UInt64) throws {
        let nodes = TiledNodes(Self.tiles)
        let bordered = BorderedNodes(try CompactRange(size: size, from: nodes), else: nodes)
        for index in 0..<size {
            let plain = try InclusionProof(leafIndex: index, treeSize: size, reading: nodes)
            let other = try InclusionProof(leafIndex: index, treeSize: size, reading: bordered)
            #expect(plain == other)
        }
    }

    /// A range of another size has other nodes, which are right all the same: they never change.
    @Test func aRangeOfAnOlderTreeDoesNoHarm() throws {
        let nodes = TiledNodes(Self.tiles)
        let bordered = BorderedNodes(try CompactRange(size: 96, from: nodes), else: nodes)
        for index in 0..<300 as Range<UInt64> {
            let plain = try InclusionProof(leafIndex: index, treeSize: 300, reading: nodes)
            let other = try InclusionProof(leafIndex: index, treeSize: 300, reading: bordered)
            #expect(plain == other)
        }
    }

    @Test func whatTheRangeHasIsNotRead() throws {
        let range = try CompactRange(size: 300, from: TiledNodes(Self.tiles))
        let bordered = BorderedNodes(range, else: NoNodes())
        #expect(try bordered.hashes(of: CompactRange.nodes(of: 300)) == range.hashes)
        #expect(throws: NoNodes.Asked.self) {
            try bordered.hashes(of: [NodeID(level: 0, index: 298)])
        }
    }

    private static let tiles = {
        var tiles: [TileID: [Hash]] = [:]
        for (index, leaf) in leaves.enumerated() {
            tiles[TileID(level: 0, index: UInt64(index / 256)), default: []].append(leaf)
        }
        tiles[TileID(level: 1, index: 0)] = [CompactRangeRoot.of(leaves[..<256])]
        return KeptTiles(tiles: tiles)
    }()
}

/// The root over leaves, by appending them one by one.
private enum CompactRangeRoot {
    static func of(_ leaves: ArraySlice<Hash>) -> Hash {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        return range.root
    }
}

private struct KeptTiles: TileReader {
    let tiles: [TileID: [Hash]]

    func tiles(_ ids: [TileID]) throws(Never) -> [[Hash]] { ids.map { tiles[$0] ?? [] } }
}

private struct NoNodes: NodeReader {
    struct Asked: Error {}

    func hashes(of nodes: [NodeID]) throws(Asked) -> [Hash] { throw Asked() }
}
