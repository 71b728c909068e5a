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

    /// Sources whose newest evidence is looked at for one answer, at most: more are configured
    /// nowhere at once.
    private static let newestSources = 16

    /// The newest evidence of each source that gave some lately, in any state, the largest head
    /// first; only about heads that anyone may see.
    package func newestAnchors() throws(LedgerError) -> [AnchorRow] {
        let (store, size) = published.readable
        let sources = try published.anchors.sources(in: store)
            .sorted { ($0.kind.rawValue, "\($0.name)") < ($1.kind.rawValue, "\($1.name)") }
        var rows: [AnchorRow] = []
        for source in sources.prefix(Self.newestSources) {
            rows += try store.newestAnchors(
                of: source.kind, source.name, in: nil, limit: 1, among: AnchorMemory.newestRows)
        }
        return rows.filter { $0.size <= size }.sorted { $0.size > $1.size }
    }
}
