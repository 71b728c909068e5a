import LedgerStore
public import Merkle
import Provenance

/// A signed tree head, as anyone may see it.
public struct Head: Hashable, Sendable {
    /// Number of leaves.
    public let size: UInt64

    /// Root of the tree.
    public let root: Hash

    /// Time of the head in POSIX seconds.
    public let time: UInt64

    /// The signed note (C2SP tlog-checkpoint).
    public let note: [UInt8]

    init?(_ row: HeadRow) {
        guard let receipt = row.receipt else { return nil }
        size = row.size
        root = row.root
        time = row.time
        note = receipt.note
    }
}
