import Merkle
import Synchronization

/// A reference tree of a few hundred different leaves, which computes each root once.
final class DenseTree: ReferenceTree, Sendable {
    /// What all suites share: no two of its leaves are alike.
    static let shared = DenseTree((0..<300).map { .leaf([UInt8($0 & 255), UInt8($0 >> 8)]) })

    let leaves: [Hash]
    private let known = Mutex<[Range<UInt64>: Hash]>([:])

    init(_ leaves: [Hash]) {
        self.leaves = leaves
    }

    func root(of range: Range<UInt64>) -> Hash {
        if range.count == 1 { return leaves[Int(range.lowerBound)] }
        if let root = known.withLock({ $0[range] }) { return root }
        let root = definedRoot(of: range)
        known.withLock { $0[range] = root }
        return root
    }
}
