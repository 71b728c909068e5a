import LedgerStore
import Provenance

/// The lists: rows of the store for older entries, portions for those whose rows are not written.
extension Published {
    /// The entries of a list from `start` to below `end`, rising, at most `limit`; none above the
    /// newest signed head.
    ///
    /// After a start this waits until all keys are read from the log.
    func entries(
        of name: ListedName, in store: Store, from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [UInt64] {
        let end = min(end, head.size)
        let view = try portions.view(covering: end)
        return try Self.entries(of: name, in: store, view, start, end, limit)
    }

    /// Calls `body`, page by page, with the entries below an erasure that have its manifest.
    func forEachPage(
        of erasure: LoggedErasure, in store: Store,
        _ body: ([UInt64]) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        try store.forEachPage(
            of: erasure,
            listed: { artifact, start, end, limit throws(LedgerError) in
                try entries(
                    of: .artifact(artifact), in: store, from: start, below: end, limit: limit)
            }, body)
    }

    /// As ``entries(of:in:from:below:limit:)``, of those entries that can be listed now.
    ///
    /// It waits for nothing.
    func knownEntries(
        of name: ListedName, in store: Store, from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [UInt64] {
        try Self.entries(of: name, in: store, portions.view, start, end, limit)
    }

    private static func entries(
        of name: ListedName, in store: Store, _ view: KeyPortions.View, _ start: UInt64,
        _ end: UInt64, _ limit: Int
    ) throws(LedgerError) -> [UInt64] {
        let found = try store.entries(
            of: name, in: view.cover, from: start, below: end, limit: limit)
        return found
            + view.entries(
                with: name.key, from: max(start, view.cover.end), below: end,
                limit: limit - found.count)
    }
}
