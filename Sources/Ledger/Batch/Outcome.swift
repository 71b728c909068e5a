import Manifests
import Merkle
import Provenance

/// What was decided about one statement.
enum Outcome: Sendable {
    /// It was given this index.
    case registered(UInt64)

    /// It has had this index already.
    case known(UInt64)

    /// It is in no entry because of this: apart, so that all others are small.
    indirect case refused(Refusal)
}

/// What the sequencer did with one chunk; receipts are made by the task that waited for it.
struct ChunkAnswer: Sendable {
    let outcomes: [Outcome]

    /// The batch that registered some of them; nil where none was.
    let batch: CommittedBatch?
}

/// A batch that is durable, with a head that is signed.
final class CommittedBatch: Sendable {
    let tree: TreeExtension
    let receipt: HeadReceipt

    init(tree: TreeExtension, receipt: HeadReceipt) {
        self.tree = tree
        self.receipt = receipt
    }

    /// The receipt of an entry that the batch added.
    func receipt(of index: UInt64) -> [UInt8] {
        receipt.receipt(tree.inclusionProof(of: index))
    }
}
