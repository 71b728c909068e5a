/// Answers the nodes at a tree's right border from its compact range, and has the others read.
///
/// Every proof in a tree needs some of them, and the range is at hand with the head. Only the nodes
/// around the leaf are left to read.
public struct BorderedNodes<Reader: NodeReader>: NodeReader {
    private let range: CompactRange
    private let reader: Reader

    /// Takes the nodes of `range` from there, and all others from `reader`.
    public init(_ range: CompactRange, else reader: Reader) {
        self.range = range
        self.reader = reader
    }

    /// Returns the hashes of `nodes`, one for one and in the same order.
    public func hashes(of nodes: [NodeID]) throws(Reader.Failure) -> [Hash] {
        let others = nodes.filter { range.hash(of: $0) == nil }
        let read = others.isEmpty ? [] : try reader.read(others)
        var hashes: [Hash] = []
        hashes.reserveCapacity(nodes.count)
        var next = 0
        for node in nodes {
            if let known = range.hash(of: node) {
                hashes.append(known)
            } else {
                hashes.append(read[next])
                next += 1
            }
        }
        return hashes
    }
}
