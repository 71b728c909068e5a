import Encoding
import Merkle
import Provenance

/// Holds erased manifests to the erasure statements that name them, and the reverse.
struct ErasuresCheck {
    private let check: StoreCheck
    private let controls: [CheckTally.Control]
    private let tombstones: [(index: UInt64, by: EntryID)]

    init(_ check: StoreCheck, _ tally: CheckTally) {
        self.check = check
        controls = tally.controls
        tombstones = tally.tombstones
    }

    func run() throws(LedgerError) {
        var marked: [UInt64: EntryID] = [:]
        for tombstone in tombstones { marked[tombstone.index] = tombstone.by }
        var allowed: [UInt64: Set<EntryID>] = [:]
        for control in controls {
            for name in control.erasure?.entries ?? [] {
                guard let index = try index(of: name) else {
                    check.findings.add(
                        .entries, "\(control.index)", .erasure,
                        "erases \(name), which is not in this ledger")
                    continue
                }
                allowed[index, default: []].insert(control.id)
                // What cannot be read is a finding of another kind.
                guard marked[index] == nil, index < check.bounds.size,
                    case .value(let row) = try manifest(index), row.first == 0
                else { continue }
                add(index, "is still there, which entry \(control.index) erases")
            }
        }
        for tombstone in tombstones {
            if allowed[tombstone.index]?.contains(tombstone.by) == true { continue }
            // An erasure that was logged while the check went on is not among its entries.
            let newer = try index(of: Text("\(tombstone.by)")) ?? 0
            if check.bounds.isGrowing, newer >= check.bounds.size { continue }
            add(tombstone.index, "is erased by \(tombstone.by), which does not say so")
        }
    }

    private func manifest(_ index: UInt64) throws(LedgerError) -> CheckedStore.Row {
        try check.store.row(StoreLayout.key(index), in: .manifests)
    }

    private func index(of name: Text) throws(LedgerError) -> UInt64? {
        guard let entry = EntryID(name) else { return nil }
        return try check.store.value(entry.hash.bytes, in: .ids)
            .flatMap { StoreLayout.number($0) }
    }

    private func add(_ index: UInt64, _ detail: String) {
        check.findings.add(.manifests, "\(index)", .erasure, detail)
    }
}
