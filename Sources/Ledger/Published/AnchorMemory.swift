import LedgerStore
import Merkle
import Synchronization

/// What a ledger remembers of its evidence while it runs, so that few questions read many rows.
final class AnchorMemory: Sendable {
    /// Rows about one head, at most: sources of all times, of which few are configured at once.
    static let rowsOfAHead = 64

    /// Rows that are looked at for the first evidence of each source behind an entry.
    ///
    /// They are some hours of two authorities and four calendars, and 3 MiB.
    static let coveringRows = 512

    /// Evidence of one kind about one entry: as much as a record takes (record.md §5).
    static let coveringOfAKind = 4

    /// Rows that are looked at for the newest evidence of a source, from the newest back.
    ///
    /// They are about a month; a source that was silent for longer is due anyway.
    static let newestRows = 20_000

    /// Rows that are looked at for the promises of a calendar, from the newest back.
    ///
    /// Four authorities and four calendars give 41,000 rows in the 60 days after which a promise is
    /// given up, at the usual intervals. What is older is dated by later heads.
    static let promiseRows = 50_000

    /// Heads that were given out to be dated last and are not pruned.
    ///
    /// A head is dated in seconds; the newest of many is asked for in each of them.
    static let heldHeads = 64

    /// Whom evidence is from, as rows name it.
    struct Source: Hashable {
        let kind: AnchorRow.Kind
        let name: Hash
    }

    private struct State {
        /// The sources that gave evidence lately; nil before they were looked up.
        var sources: Set<Source>?

        /// Sizes of heads that are being dated, the newest last.
        var held: [UInt64] = []
    }

    private let state = Mutex(State())

    // MARK: - Heads that are being dated

    /// Keeps a head from being pruned while it is dated; call it where no head is pruned meanwhile.
    func hold(_ size: UInt64) {
        state.withLock { state in
            guard state.held.last != size else { return }
            state.held.removeAll { $0 == size }
            state.held.append(size)
            if state.held.count > Self.heldHeads { state.held.removeFirst() }
        }
    }

    /// The sizes of the heads that are being dated.
    var held: Set<UInt64> { state.withLock { Set($0.held) } }

    // MARK: - Rows

    /// The sources that gave evidence lately.
    func sources(in store: Store) throws(LedgerError) -> Set<Source> {
        if let known = state.withLock({ $0.sources }) { return known }
        let found = Set(
            try store.anchorSources(among: Self.coveringRows).map {
                Source(kind: $0.kind, name: $0.source)
            })
        return state.withLock { state in
            let all = found.union(state.sources ?? [])
            state.sources = all
            return all
        }
    }

    /// Notes a row that was written.
    func wrote(_ row: AnchorRow) {
        state.withLock { _ = $0.sources?.insert(Source(row.key)) }
    }
}
