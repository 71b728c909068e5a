import Checkpoints
import LedgerStore
import Merkle
import Provenance

/// The bounds of a check: one tree size, and the meaning of a row beyond it.
struct CheckBounds: Sendable {
    /// Number of entries.
    let size: UInt64

    /// Roots that the newest head's row names: its own, and that of its note.
    ///
    /// Where they differ, the tree says which is right; the heads' own check says which is wrong.
    let roots: [Hash]

    /// Which entries must have the rows that answer lists.
    let lists: ListBounds

    /// Whether entries are being added: then rows beyond the size are newer, not wrong.
    let isGrowing: Bool

    /// The most entries behind the last one that can be read of which a head may still say that
    /// they are there: a table or some that cannot be read.
    private static let gapLimit: UInt64 = 1 << 24

    /// The bounds of a ledger that grows on, up to a head that is published.
    init(upTo head: HeadRow, _ store: CheckedStore) throws(LedgerError) {
        size = head.size
        roots = Self.roots(of: head, Self.noted(by: head))
        lists = try ListBounds(of: store, size: head.size)
        isGrowing = true
    }

    /// The bounds of a store that stands still: the newest head that the entries reach.
    ///
    /// A head whose key was changed may claim more entries than there are, an entry whose key
    /// was changed may lie far behind all others; each is found as a row too many. Where the last
    /// entries cannot be read a head counts whose note has its size and which claims no more than
    /// ``gapLimit`` of them, and where the last heads cannot, the entries do that follow one
    /// another: no row is too many because another one cannot be read.
    init(of store: CheckedStore) throws(LedgerError) {
        let entries = try store.lastRows(of: .entries, limit: 2)
        let keys = entries.rows.compactMap { StoreLayout.number($0.key) }
        let count = keys.first.map { $0 == .max ? $0 : $0 + 1 } ?? 0
        let isNext = keys.count < 2 || keys[0] - keys[1] == 1
        let heads = try store.lastRows(of: .heads, limit: 16)
        var found: (size: UInt64, roots: [Hash])?
        for row in heads.rows {
            guard let size = StoreLayout.number(row.key), size > 0 else { continue }
            let head = try? HeadRow(size: size, value: row.value)
            let isInGap = entries.endsInGap && size - min(size, count) <= Self.gapLimit
            let noted = head.flatMap(Self.noted(by:))
            guard size <= count || (isInGap && noted?.size == size) else { continue }
            found = (size, head.map { Self.roots(of: $0, noted) } ?? [])
            break
        }
        if heads.endsInGap, isNext, count > found?.size ?? 0 {
            // The newest head cannot be read, which is a finding already.
            found = (size: count, roots: [])
        }
        if found == nil, !heads.endsInGap {
            store.findings.add(.heads, "newest", .missing, "there is no head of these entries")
        }
        size = found?.size ?? count
        roots = found?.roots ?? []
        lists = try ListBounds(of: store, size: size)
        isGrowing = false
    }

    /// The tree that a head's note names, which a key that was changed does not change; nil where
    /// there is no note that can be read, which the pass over heads reports.
    private static func noted(by head: HeadRow) -> Checkpoint? {
        guard let note = head.receipt?.note else { return nil }
        return (try? SignedCheckpoint(parsing: note))?.claim
    }

    private static func roots(of head: HeadRow, _ noted: Checkpoint?) -> [Hash] {
        guard let noted, noted.root != head.root else { return [head.root] }
        return [head.root, noted.root]
    }
}
