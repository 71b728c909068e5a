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

    /// The bounds of a ledger that grows on, up to a head that is published.
    init(upTo head: HeadRow, _ store: CheckedStore) throws(LedgerError) {
        size = head.size
        roots = Self.roots(of: head)
        lists = try ListBounds(of: store, size: head.size)
        isGrowing = true
    }

    /// The bounds of a store that stands still: the newest head that the entries reach.
    ///
    /// A head whose key was changed may claim more entries than there are, an entry whose key
    /// was changed may lie far behind all others; each is found as a row too many.
    init(of store: CheckedStore) throws(LedgerError) {
        let entries = try store.lastRows(of: .entries, limit: 2)
            .compactMap { StoreLayout.number($0.key) }
        let count = entries.first.map { $0 == .max ? $0 : $0 + 1 } ?? 0
        let heads = try store.lastRows(of: .heads, limit: 16)
        var found: (size: UInt64, roots: [Hash])?
        for row in heads {
            guard let size = StoreLayout.number(row.key), size > 0, size <= count else { continue }
            let head = try? HeadRow(size: size, value: row.value)
            found = (size, head.map(Self.roots(of:)) ?? [])
            break
        }
        if found == nil {
            store.findings.add(.heads, "newest", .missing, "there is no head of these entries")
        }
        size = found?.size ?? UInt64(entries.isEmpty ? 0 : count)
        roots = found?.roots ?? []
        lists = try ListBounds(of: store, size: size)
        isGrowing = false
    }

    private static func roots(of head: HeadRow) -> [Hash] {
        guard let note = head.receipt?.note, let signed = try? SignedCheckpoint(parsing: note),
            signed.claim.root != head.root
        else { return [head.root] }
        return [head.root, signed.claim.root]
    }
}
