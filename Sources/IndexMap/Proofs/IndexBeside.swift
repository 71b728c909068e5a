internal import Merkle

/// The records below a node beside the way, reduced to what a proof needs.
struct IndexBeside {
    /// The hash of the node.
    let node: Hash

    let count: UInt64
    let hasOneKey: Bool

    /// The records, where a bucket has room for them.
    let records: [IndexRecord]

    /// The list of the only key, where a bucket has none for its records.
    let list: IndexList?
}
