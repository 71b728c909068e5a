/// Reads the hashes of complete subtrees: all the stored state that proofs are made of.
///
/// A complete subtree never changes, so readers opened at different times agree on
/// every node both can see.
public protocol NodeReader<Failure> {
    /// The errors of reading; `Never` for nodes that are all in memory.
    associatedtype Failure: Error

    /// Returns the hashes of `nodes`, one for one and in the same order.
    func hashes(of nodes: [NodeID]) throws(Failure) -> [Hash]
}

extension NodeReader {
    /// Reads `nodes`, holding the reader to the one promise that memory safety needs.
    func read(_ nodes: [NodeID]) throws(Failure) -> [Hash] {
        let hashes = try hashes(of: nodes)
        precondition(hashes.count == nodes.count, "a node reader answers each node with one hash")
        return hashes
    }
}
