import LedgerStore
import RocksDB

/// Which entries must have their rows of `keys`, and of `subjects` and `threads` in a folder of
/// format 1 that is not migrated yet.
///
/// Rows of `keys` come in tables of whole entries, each with its mark, so a mark says how far they
/// must be there also where the cursor does not say so yet.
struct ListBounds: Sendable {
    /// Entries below it have rows of `keys`, by a migration.
    private let migrated: UInt64

    /// From here on entries have rows of `keys` as those of any ledger.
    private let base: UInt64

    /// These entries end here.
    private let written: UInt64

    /// Entries that must have rows of `subjects`, and of `threads`.
    private let subjects: UInt64
    private let threads: UInt64

    /// Whether the folder has rows of format 1 that are in use.
    let hasOld: Bool

    /// Whether `meta` may have a row of format 1.
    let isMigrating: Bool

    /// Whether the folder has rows of format 2.
    let hasKeys: Bool

    /// Reads what the store says of itself, and reports what contradicts itself.
    init(of store: CheckedStore, size: UInt64) throws(LedgerError) {
        let format = try store.value(StoreLayout.MetaName.format, in: .meta)
        let indexed = try Self.number(StoreLayout.MetaName.threadsIndexed, store) ?? 0
        guard format != Array(StoreLayout.olderVersion.utf8) else {
            Self.require(indexed, notAbove: size, "threads", store)
            (migrated, base, written) = (0, 0, 0)
            (subjects, threads) = (size, min(indexed, size))
            (hasOld, isMigrating, hasKeys) = (true, true, false)
            return
        }
        let migration = try store.value(StoreLayout.MetaName.migration, in: .meta)
            .flatMap { Migration($0) }
        let end = try Self.number(StoreLayout.MetaName.keysEnd, store) ?? 0
        Self.require(end, notAbove: size, "keys", store)
        Self.require(migration?.size ?? 0, notAbove: size, "migration", store)
        let base = migration?.base ?? 0
        let marks = try Marks(of: store, base: base, end: end)
        // Marks that cannot be read are findings already.
        if marks.isWhole, !marks.hasEnd, end > base {
            store.findings.add(
                .keys, "end/\(end)", .missing, "is not there, and entries below it have rows")
        }
        self.base = base
        migrated = min(max(migration?.done ?? 0, marks.lower), base)
        written = min(max(end, marks.upper), size)
        let isOldThere = store.has(.subjects) && store.has(.threads)
        hasOld = migration.map { !$0.isComplete || isOldThere } ?? false
        subjects = hasOld ? min(migration?.size ?? 0, size) : 0
        threads = hasOld ? min(base, size) : 0
        (isMigrating, hasKeys) = (migration != nil, true)
    }

    /// The marks of a family: the highest of each of the two places that tables are for.
    private struct Marks {
        var lower: UInt64 = 0
        var upper: UInt64 = 0
        var hasEnd = false

        /// Whether these are all there are: else some cannot be read.
        let isWhole: Bool

        init(of store: CheckedStore, base: UInt64, end: UInt64) throws(LedgerError) {
            let first = KeyRow.markPrefix
            var (lower, upper, hasEnd) = (self.lower, self.upper, self.hasEnd)
            isWhole = try store.forEachRow(
                in: .keys, from: first, to: RocksDB.Iterator.upperBound(ofPrefix: first)
            ) { key, _ in
                guard let mark = KeyRow.read(key) else { return }
                if mark.number == end { hasEnd = true }
                if mark.number <= base {
                    lower = max(lower, mark.number)
                } else {
                    upper = max(upper, mark.number)
                }
            }
            (self.lower, self.upper, self.hasEnd) = (lower, upper, hasEnd)
        }
    }

    /// Whether the entry at `index` must have its rows of a family.
    func requires(_ family: StoreLayout.Family, at index: UInt64) -> Bool {
        switch family {
        case .keys: index < migrated || (base..<max(base, written)).contains(index)
        case .subjects: index < subjects
        case .threads: index < threads
        default: true
        }
    }

    /// Whether all entries below `size` must have their rows of `keys`.
    func hasAllKeys(below size: UInt64) -> Bool {
        hasKeys && migrated == base && size <= max(base, written)
    }

    private static func number(
        _ name: [UInt8], _ store: CheckedStore
    ) throws(LedgerError) -> UInt64? {
        try store.value(name, in: .meta).flatMap { StoreLayout.number($0) }
    }

    private static func require(
        _ number: UInt64, notAbove size: UInt64, _ name: String, _ store: CheckedStore
    ) {
        guard number > size else { return }
        store.findings.add(
            .meta, name, .index,
            "says that \(number) entries are indexed, of \(size) that there are")
    }
}
