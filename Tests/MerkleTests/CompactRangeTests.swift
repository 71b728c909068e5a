import Merkle
import Testing

@Suite struct CompactRangeTests {
    private let tree = DenseTree.shared

    @Test func theRootIsTheDefinedOneAfterEachLeaf() {
        var range = CompactRange()
        #expect(range.root == .emptyTree)
        for (index, leaf) in tree.leaves.enumerated() {
            range.append(leaf)
            #expect(range.size == UInt64(index + 1))
            #expect(range.root == tree.root(range.size))
        }
    }

    @Test(arguments: 0...300 as ClosedRange<UInt64>)
    func appendingAndReadingGiveTheSameRange(size: UInt64) throws {
        var appended = CompactRange()
        for leaf in tree.leaves.prefix(Int(size)) {
            appended.append(leaf)
        }
        let tiles = TiledNodes(ReferenceTiles(tree: tree, size: size))
        #expect(try CompactRange(size: size, from: ReferenceNodes(tree: tree)) == appended)
        #expect(try CompactRange(size: size, from: tiles) == appended)
        #expect(try CompactRange(size: size, hashes: appended.hashes) == appended)
    }

    @Test(arguments: [0, 1, 2, 3, 7, 100, 300, 1 << 63, (1 << 63) - 1, .max] as [UInt64])
    func theSubtreesOfATreeAreItsLeavesInOrder(size: UInt64) {
        let nodes = CompactRange.nodes(of: size)
        #expect(nodes.count == size.nonzeroBitCount)
        var next: UInt64 = 0
        for node in nodes {
            #expect(node.index << UInt64(node.level) == next)
            next += 1 << UInt64(node.level)
        }
        #expect(next == size)
        #expect(nodes.map(\.level) == nodes.map(\.level).sorted(by: >))
    }

    @Test(arguments: [(0, 1), (1, 0), (7, 2), (7, 4), (8, 3)] as [(UInt64, Int)])
    func anyOtherNumberOfHashesIsRefused(size: UInt64, count: Int) {
        let expected = size.nonzeroBitCount
        #expect(throws: ProofError.wrongRangeLength(count, expected: expected)) {
            try CompactRange(size: size, hashes: Array(repeating: .zero, count: count))
        }
    }
}
