import Checkpoints
import LedgerStore
package import Merkle
package import Provenance

/// A ledger as of one head that anyone may see.
///
/// Every proof that it gives is in the tree of that head, however the log grows meanwhile: so all
/// of them stand on one signature.
package struct LedgerMoment: Sendable {
    /// An entry, and its place in the tree.
    package struct Entry: Sendable {
        /// Its statement, its manifest where that is there, and one receipt.
        package let record: TransparentStatement

        /// The path to the root of the head.
        package let proof: InclusionProof
    }

    let store: Store
    let view: PublishedView
    let receipt: HeadReceipt

    init(_ store: Store, _ view: PublishedView) throws(LedgerError) {
        guard let receipt = view.head.receipt else {
            throw .corrupt("no head was ever signed")
        }
        (self.store, self.view, self.receipt) = (store, view, receipt)
    }

    /// Number of entries.
    package var size: UInt64 { view.head.size }

    /// Number of control statements, from which keys, policy and erasures follow.
    package var controlCount: UInt64 { view.registry.sequence }

    var tree: PublishedTree { view.tree(in: store) }
}
