import LedgerStore
import Merkle
import Provenance

/// A signed head and what lies below it.
struct PublishedView {
    var head: HeadRow

    /// The range of the head's tree.
    var range: CompactRange

    /// The registry below the head.
    var registry: Registry

    func tree(in store: Store) -> PublishedTree {
        PublishedTree(store: store, head: head, range: range)
    }
}
