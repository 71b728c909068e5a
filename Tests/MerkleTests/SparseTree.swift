import Merkle

/// A reference tree of any size: all leaves are alike but for a few marked ones.
struct SparseTree: ReferenceTree {
    private let marked: [UInt64: Hash]

    /// The root over 2^level blank leaves, for each level.
    private let blanks: [Hash]

    init(marking indexes: some Sequence<UInt64>) {
        var marked: [UInt64: Hash] = [:]
        for index in indexes {
            marked[index] = .leaf((0..<8).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) })
        }
        self.marked = marked
        var blanks: [Hash] = [.leaf([])]
        for level in 0..<63 {
            blanks.append(.node(blanks[level], blanks[level]))
        }
        self.blanks = blanks
    }

    func root(of range: Range<UInt64>) -> Hash {
        let count = range.upperBound - range.lowerBound
        let isBlank = !marked.keys.contains(where: range.contains)
        if isBlank, count.nonzeroBitCount == 1 { return blanks[count.trailingZeroBitCount] }
        if count == 1, let leaf = marked[range.lowerBound] { return leaf }
        return definedRoot(of: range)
    }
}
