import Merkle
import Synchronization
import Testing

@Suite struct TiledNodesTests {
    private let tree = DenseTree.shared

    @Test func everyCompleteSubtreeIsComputed() throws {
        let nodes = TiledNodes(ReferenceTiles(tree: tree, size: 300))
        let reference = ReferenceNodes(tree: tree)
        for level in 0...8 as ClosedRange<UInt8> {
            let ids = (0..<(300 >> UInt64(level))).map { NodeID(level: level, index: $0) }
            #expect(try nodes.hashes(of: ids) == reference.hashes(of: ids))
        }
    }

    /// A reader may keep middles, of the tile as it is asked about or of a longer one.
    @Test(arguments: [280, 300] as [UInt64])
    func middlesThatAreKeptGiveTheSameNodes(size: UInt64) throws {
        let tiles = ReferenceTiles(tree: tree, size: 280)
        let longer = ReferenceTiles(tree: tree, size: size)
        let nodes = TiledNodes(KeepingTiles(tiles: tiles, longer: longer))
        let reference = ReferenceNodes(tree: tree)
        for level in 0...8 as ClosedRange<UInt8> {
            let ids = (0..<(280 >> UInt64(level))).map { NodeID(level: level, index: $0) }
            #expect(try nodes.hashes(of: ids) == reference.hashes(of: ids))
        }
    }

    @Test(arguments: [256, 257, 280, 300] as [UInt64])
    func pyramidsThatAreKeptGiveTheSameNodes(size: UInt64) throws {
        let tiles = PyramidTiles(tiles: ReferenceTiles(tree: tree, size: size))
        let reference = ReferenceNodes(tree: tree)
        for level in 0...8 as ClosedRange<UInt8> {
            let ids = (0..<(size >> UInt64(level))).map { NodeID(level: level, index: $0) }
            #expect(try TiledNodes(tiles).hashes(of: ids) == reference.hashes(of: ids))
        }
    }

    @Test func aPyramidHasNoNodeOfAnIncompleteSubtree() {
        let pyramid = TilePyramid([Hash](repeating: .zero, count: 44))
        #expect(pyramid.node(over: 40..<44) != nil)
        #expect(pyramid.node(over: 43..<44) == .zero)
        #expect(pyramid.node(over: 40..<48) == nil)
        #expect(pyramid.node(over: 0..<64) == nil)
        #expect(TilePyramid([]).node(over: 0..<1) == nil)
    }

    @Test func middlesStandOverSixteenHashesEach() throws {
        let tile = ReferenceTiles(tree: tree, size: 300).tiles([TileID(level: 0, index: 1)])[0]
        let middles = TileMiddles.nodes(over: tile[...])
        let ids = [NodeID(level: 4, index: 16), NodeID(level: 4, index: 17)]
        #expect(middles == ReferenceNodes(tree: tree).hashes(of: ids))
    }

    @Test func answersKeepTheOrderOfTheQuestions() throws {
        let nodes = TiledNodes(ReferenceTiles(tree: tree, size: 300))
        let ids = [(0, 299), (3, 2), (0, 0), (8, 0), (0, 299), (5, 7)].map {
            NodeID(level: $0.0, index: $0.1)
        }
        #expect(try nodes.hashes(of: ids) == ReferenceNodes(tree: tree).hashes(of: ids))
        #expect(try nodes.hashes(of: []) == [])
    }

    @Test func eachTileIsAskedForOnceAndAllInOneRead() throws {
        let tiles = WatchedTiles(ReferenceTiles(tree: tree, size: 300))
        _ = try InclusionProof(leafIndex: 17, treeSize: 300, reading: TiledNodes(tiles))
        let reads = tiles.reads.withLock { $0 }
        #expect(reads == [[TileID(level: 0, index: 0), TileID(level: 0, index: 1)]])
    }

    @Test(arguments: [0, 1, 43])
    func aTileThatIsTooShortIsReported(count: Int) {
        let tiles = AnsweringTiles { _ in Array(repeating: .zero, count: count) }
        let last = TileID(level: 0, index: 1)
        #expect(throws: TileError<Never>.shortTile(last, count: count)) {
            try TiledNodes(tiles).hashes(of: [NodeID(level: 2, index: 74)])
        }
    }

    @Test func moreHashesThanNeededDoNoHarm() throws {
        let nodes = TiledNodes(ReferenceTiles(tree: tree, size: 300))
        for size in [1, 5, 255, 256, 257, 299] as [UInt64] {
            let proof = try InclusionProof(leafIndex: size / 2, treeSize: size, reading: nodes)
            #expect(proof.root(from: tree.leaves[Int(size / 2)]) == tree.root(size))
        }
    }

    @Test func theFailureOfAReaderIsPassedOn() {
        let nodes = TiledNodes(FailingTiles())
        typealias Failure = ReadError<TileError<FailingTiles.Failure>>
        #expect(throws: Failure.failed(.failed(.init()))) {
            try InclusionProof(leafIndex: 1, treeSize: 3, reading: nodes)
        }
        #expect(throws: Failure.failed(.failed(.init()))) {
            try ConsistencyProof(from: 1, to: 3, reading: nodes)
        }
        #expect(throws: Failure.failed(.failed(.init()))) {
            try CompactRange(size: 3, from: nodes)
        }
    }

    /// What needs no node needs no reader.
    @Test func anEmptyPathReadsNothing() throws {
        let nodes = TiledNodes(FailingTiles())
        #expect(try InclusionProof(leafIndex: 0, treeSize: 1, reading: nodes).path == [])
        #expect(try ConsistencyProof(from: 0, to: 9, reading: nodes).path == [])
        #expect(try ConsistencyProof(from: 9, to: 9, reading: nodes).path == [])
        #expect(try CompactRange(size: 0, from: nodes) == CompactRange())
    }
}

/// Tiles that note what they are asked for.
private final class WatchedTiles: TileReader {
    let reads = Mutex<[[TileID]]>([])
    private let tiles: ReferenceTiles<DenseTree>

    init(_ tiles: ReferenceTiles<DenseTree>) {
        self.tiles = tiles
    }

    func tiles(_ ids: [TileID]) -> [[Hash]] {
        reads.withLock { $0.append(ids) }
        return tiles.tiles(ids)
    }
}

/// Tiles that are whatever a function says.
private struct AnsweringTiles: TileReader {
    let answer: (TileID) -> [Hash]

    init(_ answer: @escaping (TileID) -> [Hash]) {
        self.answer = answer
    }

    func tiles(_ ids: [TileID]) -> [[Hash]] { ids.map(answer) }
}

/// Tiles that can't be read.
private struct FailingTiles: TileReader {
    struct Failure: Error, Hashable {}

    func tiles(_ ids: [TileID]) throws(Failure) -> [[Hash]] { throw Failure() }
}

/// Tiles whose middles were computed from longer ones.
private struct KeepingTiles<Tree: ReferenceTree>: TileReader {
    let tiles: ReferenceTiles<Tree>
    let longer: ReferenceTiles<Tree>

    func tiles(_ ids: [TileID]) -> [[Hash]] {
        tiles.tiles(ids)
    }

    func middles(of tile: TileID, over hashes: [Hash]) -> [Hash]? {
        TileMiddles.nodes(over: longer.tiles([tile])[0][...])
    }
}

/// Tiles beside which all nodes over their hashes are kept.
private struct PyramidTiles<Tree: ReferenceTree>: TileReader {
    let tiles: ReferenceTiles<Tree>

    func tiles(_ ids: [TileID]) -> [[Hash]] {
        tiles.tiles(ids)
    }

    func node(over places: Range<Int>, of tile: TileID) -> Hash? {
        TilePyramid(tiles.tiles([tile])[0]).node(over: places)
    }
}
