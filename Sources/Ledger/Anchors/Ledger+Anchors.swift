package import LedgerStore

extension Ledger {
    /// The earliest evidence that needs nobody any more of each source about a head that covers the
    /// entry at `index`, rising by size: at most four of each kind.
    ///
    /// Only heads that anyone may see. A source is left out whose first evidence is behind many
    /// others', so that no question reads the whole store (``AnchorMemory``).
    package func anchors(covering index: UInt64) throws(LedgerError) -> [AnchorRow] {
        try published.anchors(covering: index)
    }

    /// A page of all evidence, rising by the size of its head: what is behind the head of size
    /// `after`, at most `limit` rows, and all of the last head's.
    package func anchors(
        after size: UInt64?, limit: Int
    ) throws(LedgerError) -> [AnchorRow] {
        try published.anchors(after: size, limit: min(limit, Self.listLimit))
    }
}
