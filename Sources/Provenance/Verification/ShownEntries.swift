import IndexMap

/// Entries that are shown beside proofs of completeness, each proven to stand in the kit's ledger
/// (index.md §10).
///
/// They are looked up by key and by index, so that many records can be held to many others.
public struct ShownEntries: Sendable {
    /// No entries.
    public static let none = ShownEntries([])

    private var indexes: Set<UInt64> = []
    private var havers: [IndexKey: [UInt64]] = [:]

    /// Takes entries; of two at one index the first counts.
    public init(_ entries: [IndexedEntry]) {
        for entry in entries where indexes.insert(entry.index).inserted {
            for key in entry.keys { havers[key, default: []].append(entry.index) }
        }
    }

    /// Whether the entry at `index` is shown.
    func contains(_ index: UInt64) -> Bool { indexes.contains(index) }

    /// The indexes of the entries that have `key`, in the order in which they are shown.
    func having(_ key: IndexKey) -> [UInt64] { havers[key] ?? [] }
}
