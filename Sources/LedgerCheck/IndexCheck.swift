import IndexMap
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB

/// Holds the index to the log: each head to its place, the newest one's map to the rows of `keys`,
/// and the lists to the map.
///
/// Lists are caches, which a start puts right: one that is behind the newest head, or ahead of it,
/// is no finding. One that has as many entries as the map says is the map's, or wrong. Full tiles
/// come with the list that they belong to, so those of a list that is there are there.
struct IndexCheck {
    /// Records between two looks at the lists that were made.
    private static let recordsAtOnce = 65_536

    /// What to do about a row of a head.
    static let mending = "colophond index rebuild makes these rows anew"

    private let check: StoreCheck
    private let heads: [PlacedIndexHead]
    private let controls: [CheckTally.Control]

    /// - Parameter tally: index heads and control statements among the entries, rising by index.
    init(_ check: StoreCheck, _ tally: CheckTally) {
        self.check = check
        heads = tally.indexHeads
        controls = tally.controls
    }

    func run() throws(LedgerError) {
        guard !heads.isEmpty || check.store.has(.indexHeads) else { return }
        try compareRows()
        try checkPlaces()
        guard let newest = heads.last?.head, newest.size <= check.bounds.size,
            check.bounds.lists.hasAllKeys(below: newest.size)
        else { return }
        try compareMap(newest)
    }

    // MARK: - Heads

    private func compareRows() throws(LedgerError) {
        var missing: [UInt64: UInt64] = [:]
        for placed in heads { missing[placed.head.chain.sequence] = placed.index }
        var count: UInt64 = 0
        let isWhole = try check.store.forEachRow(in: .indexHeads) { key, value in
            count += 1
            guard let sequence = StoreLayout.number(key), let index = StoreLayout.number(value)
            else {
                return check.malformed(
                    .indexHeads, key.copied(), "must be a number and an index; \(Self.mending)")
            }
            if let expected = missing.removeValue(forKey: sequence) {
                guard expected != index else { return }
                check.findings.add(
                    .indexHeads, "\(sequence)", .index,
                    "leads to entry \(index) and must lead to \(expected); \(Self.mending)")
            } else if index < check.bounds.size || !check.isPlausible(index) {
                check.findings.add(
                    .indexHeads, "\(sequence)", .extra,
                    "no index head has this number; \(Self.mending)")
            }
        }
        check.count(count, .indexHeads)
        // Rows that cannot be read are findings already.
        guard isWhole else { return }
        for (sequence, index) in missing.sorted(by: { $0.key < $1.key }) {
            check.findings.add(
                .indexHeads, "\(sequence)", .missing,
                "is not there, which entry \(index) asks for; \(Self.mending)")
        }
    }

    private func checkPlaces() throws(LedgerError) {
        let tiles = CheckedTiles(check)
        var registry: Registry?
        var folded = 0
        var previous: PlacedIndexHead?
        for placed in heads {
            while folded < controls.count, controls[folded].index < placed.index {
                let index = controls[folded].index
                folded += 1
                // That one does not follow is the finding of ``ControlCheck``.
                guard let statement = try ControlCheck.statement(index, check.store) else {
                    continue
                }
                registry = (try? Registry.folding(statement, at: index, into: registry)) ?? registry
            }
            let head = placed.head
            let coversOther = IndexHeadPlace.hasOther(
                than: heads.lazy.map(\.index), from: previous?.head.size ?? 0, to: head.size)
            let tree = head.size <= placed.index ? try tiles.root(size: head.size) : nil
            // What a tree lacks is a finding already.
            if let registry, tree != nil || head.size > placed.index {
                do throws(IndexHeadFault) {
                    try IndexHeadPlace(placed.index, below: registry, after: previous?.head).check(
                        head, tree: tree, coversOther: coversOther)
                } catch {
                    check.findings.add(.entries, "\(placed.index)", .head, "\(error)")
                }
            }
            previous = placed
        }
    }

    // MARK: - The map

    /// What one pass over `keys` has come to.
    private struct Pass {
        var builder: IndexTrieBuilder
        var fault: IndexError<Never>?
        var count = 0
        /// The lists and tiles that were made and are not compared yet.
        var lists: [IndexList] = []
        var tiles: [IndexTile] = []

        mutating func add(_ record: IndexRecord) {
            do throws(IndexError<Never>) {
                try builder.add(record)
            } catch {
                fault = fault ?? error
            }
            count += 1
        }

        mutating func take() {
            let made = builder.take()
            lists += made.lists
            tiles += made.tiles
        }

        mutating func finish() -> Hash {
            let root = builder.finish().root
            take()
            return root
        }
    }

    private func compareMap(_ newest: IndexHead) throws(LedgerError) {
        var pass = Pass(builder: IndexTrieBuilder(size: newest.size, keepsNodes: false))
        var failure: LedgerError?
        // Behind a gap nothing is made any more: a list may lack what cannot be read.
        var hasGap = false
        let endsInGap = try check.store.forEachRowAndGap(in: .keys) { key, _, isAfterGap in
            if isAfterGap { hasGap = true }
            guard failure == nil, !hasGap, let row = KeyRow.read(key), !row.key.isMark,
                row.number < newest.size
            else { return }
            let record = IndexRecord(key: row.key, index: row.number)
            if pass.count > 0, pass.count.isMultiple(of: Self.recordsAtOnce) {
                pass.take()
                do throws(LedgerError) {
                    try compare(&pass)
                } catch {
                    failure = error
                }
            }
            pass.add(record)
        }
        if let failure { throw failure }
        // Rows that cannot be read are findings already.
        guard !hasGap, !endsInGap, pass.fault == nil else { return }
        let root = pass.finish()
        try compare(&pass)
        guard root != newest.map else { return }
        check.findings.add(
            .entries, "\(heads.last?.index ?? 0)", .map,
            "says the map \(newest.map) of the first \(newest.size) entries, whose rows have "
                + "\(root)")
    }

    /// Compares lists and tiles that were made with the rows there are of them.
    private func compare(_ pass: inout Pass) throws(LedgerError) {
        for list in pass.lists {
            guard let row = try check.store.value(list.key.hash.bytes, in: .lists) else { continue }
            let stored = IndexList(of: list.key, row: row)
            guard let stored, stored.count == list.count ? stored == list : true else {
                check.findings.add(
                    .lists, StoreLayout.describe(list.key.hash.bytes, in: .lists), .map,
                    "is not the list of the \(list.count) entries that have the key")
                continue
            }
        }
        for tile in pass.tiles {
            let key = ListTileRow.key(tile.key, tile.id)
            switch try check.store.row(key, in: .listTiles) {
            case .value(let row):
                guard ListTileRow(row) != ListTileRow(tile) else { continue }
                check.findings.add(
                    .listTiles, StoreLayout.describe(key, in: .listTiles), .map,
                    "is not the tile of the entries that have the key")
            case .absent: try noteMissing(tile, key)
            case .unreadable: continue
            }
        }
        (pass.lists, pass.tiles) = ([], [])
    }

    private func noteMissing(_ tile: IndexTile, _ key: [UInt8]) throws(LedgerError) {
        let row = try check.store.value(tile.key.hash.bytes, in: .lists)
        let shift = UInt64(TileID.height) * UInt64(tile.id.level + 1)
        guard let list = row.flatMap({ IndexList(of: tile.key, row: $0) }),
            list.count >> shift > tile.id.index
        else { return }
        check.findings.add(
            .listTiles, StoreLayout.describe(key, in: .listTiles), .missing,
            "is not there, though its list has it; colophond index rebuild makes it again")
    }
}
