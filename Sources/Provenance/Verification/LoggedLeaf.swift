import Encoding
import Merkle

/// A leaf, and what stands beside it to show that it is logged and since when: what the steps about
/// its heads take, of a statement and of an index head alike.
struct LoggedLeaf {
    /// The exact bytes that are logged.
    let bytes: [UInt8]

    /// Encoded receipts.
    let receipts: [[UInt8]]

    /// Anchors, as they stand in the file.
    let anchors: [CBORMap]

    /// The leaf's hash in the log's tree.
    var hash: Hash { .leaf(bytes) }
}
