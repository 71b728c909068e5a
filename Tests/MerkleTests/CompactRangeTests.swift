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

    /// A range of 2^level leaves at its place is worth as much as the leaves.
    @Test(arguments: 0...6)
    func appendingASubtreeIsAppendingItsLeaves(level: Int) {
        let width: UInt64 = 1 << UInt64(level)
        var (bySubtrees, byLeaves) = (CompactRange(), CompactRange())
        var completed: [NodeID: Hash] = [:]
        for start in stride(from: 0, to: 300 - width, by: UInt64.Stride(width)) {
            for leaf in tree.leaves[Int(start)..<Int(start + width)] { byLeaves.append(leaf) }
            let subtree = NodeID(level: UInt8(level), index: start >> UInt64(level))
            bySubtrees.append(tree.root(of: subtree.leaves), level: level) { level, node in
                let index = (start + width) >> UInt64(level) - 1
                completed[NodeID(level: UInt8(level), index: index)] = node
            }
            #expect(bySubtrees == byLeaves)
        }
        // Each complete subtree from the level up was shown, and nothing else.
        var expected: [NodeID: Hash] = [:]
        for above in level..<9 {
            for index in 0..<(byLeaves.size >> UInt64(above)) {
                let node = NodeID(level: UInt8(above), index: index)
                expected[node] = tree.root(of: node.leaves)
            }
        }
        #expect(completed == expected)
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
