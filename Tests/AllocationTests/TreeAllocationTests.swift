import AllocationCounter
import Merkle
import Testing

/// How often the arithmetic of the tree allocates.
///
/// A number that rises is a cost that every entry pays: find out what it is before you raise it
/// here. A number that falls is to be lowered here.
@Suite(.enabled(if: allocations_are_counted(), "needs glibc and no sanitizer"))
struct TreeAllocationTests {
    private static let leaves = (0..<4096).map { Hash.leaf([UInt8($0 >> 8), UInt8($0 & 255)]) }

    /// swift-crypto keeps the state of a hash that is under way in an object.
    @Test func aNodeHashAllocatesTheHasherAlone() {
        let (left, right) = (Self.leaves[0], Self.leaves[1])
        #expect(allocations { Hash.node(left, right) } == 1)
    }

    /// The hasher, and nothing for the leaf, however long it is.
    @Test func aLeafHashAllocatesTheHasherAlone() {
        let leaf = [UInt8](repeating: 7, count: 4096)
        #expect(allocations { Hash.leaf(leaf) } == 1)
    }

    /// One hasher for each of the twelve siblings.
    @Test func anInclusionRootAllocatesOneHasherForEachSibling() {
        let proof = TreeExtension(of: CompactRange(), adding: Self.leaves).inclusionProof(of: 1234)
        #expect(proof.path.count == 12)
        #expect(allocations { proof.root(from: Self.leaves[1234]) } == 12)
    }

    /// The path's array.
    @Test func anInclusionPathOfABatchIsOneArray() {
        let tree = TreeExtension(of: CompactRange(), adding: Self.leaves)
        #expect(allocations { tree.inclusionPath(of: 1234) } == 1)
    }

    /// 4,095 hashers; an array for each of the 12 levels above the leaves; the lists of levels,
    /// border and range, which grow as they are filled, once less where malloc gave more.
    @Test func aTreeExtensionAllocatesOneHasherForEachNewNode() {
        let count = allocations { TreeExtension(of: CompactRange(), adding: Self.leaves) }
        #expect((4095 + 35...4095 + 36).contains(count), "\(count) allocations")
    }
}
