package import Jobs
import Manifests
package import Merkle
import Provenance
import RocksDB

/// How all rows of an index are made anew: those that say where heads stand at once, of the
/// entries; the others by whoever serves the folder next.
///
/// | a crash after | leaves | until the next rebuild |
/// |---|---|---|
/// | ``headsUnderWay`` | rows of heads that cannot be read, or none | no ledger is opened |
/// | the rows of heads, with ``rebuildUnderWay`` | old rows of lists | the index stops |
/// | the last mark | nothing of the index but its heads | `serve` makes the rest |
extension Store {
    /// What became of the rows of index heads.
    package enum HeadRows: Hashable, Sendable {
        /// They are those of the entries; so many of them were not before.
        case settled(changed: Int)

        /// They cannot be read, or too many are wrong: the family must go.
        case unreadable
    }

    /// Rows too many that are removed one by one: where there are more the family is removed.
    private static let removalLimit = 65_536

    /// The mark in the place of an EntryID while old rows of the index are being removed.
    package static let rebuildUnderWay = Hash.sha256(
        Array("colophon index rebuild is under way".utf8))

    /// The mark in the place of an EntryID while there may be no rows of index heads.
    package static let headsUnderWay = Hash.sha256(
        Array("colophon index rebuild is making the rows of heads".utf8))

    /// Whether an EntryID is one of these marks.
    package static func isUnderWay(_ mark: Hash?) -> Bool {
        mark == rebuildUnderWay || mark == headsUnderWay
    }

    /// Whether old rows of the index are being removed, or a crash has left some of them.
    package func isRebuildUnderWay() throws(LedgerError) -> Bool {
        Self.isUnderWay(try indexMark(StoreLayout.MetaName.indexRebuilt))
    }

    /// Where the index heads stand among the entries below `size`, by their numbers.
    ///
    /// Nothing is taken from rows that say where something stands. Each head is held to its place
    /// (index.md §9), so none that was never the ledger's becomes the one that the next follows.
    ///
    /// - Throws: `.corrupt` where an entry is not there, cannot be read, or must not stand where it
    ///   does: then the log itself is damaged.
    package func indexHeadPlaces(
        below size: UInt64, progress: JobProgress
    ) throws(LedgerError) -> [UInt64] {
        var finder = IndexHeadFinder(self)
        var next: UInt64 = 0
        try forEach(in: entries, from: 0, to: size) { index, leaf throws(LedgerError) in
            guard index == next else { throw Self.missing(next) }
            if index.isMultiple(of: 4096) {
                try progress.report("entries read", done: index, of: size)
            }
            try finder.take(leaf, at: index)
            next += 1
        }
        guard next == size else { throw Self.missing(next) }
        return finder.places
    }

    /// The first of these entries that is an index head; nil where none is.
    package func firstIndexHead(in indexes: Range<UInt64>) throws(LedgerError) -> UInt64? {
        var found: UInt64?
        try forEach(
            in: entries, between: indexes.lowerBound, and: indexes.upperBound, fillsCache: false,
            readahead: Self.passReadahead
        ) { index, leaf throws(LedgerError) in
            if LeafFields(leaf.span) == nil, (try? IndexHead(leaf: leaf)) != nil { found = index }
            return found == nil
        }
        return found
    }

    /// Makes the rows of index heads those of the entries, in one batch.
    ///
    /// Where one of them changes the batch says that a rebuild is under way: what was made of the
    /// rows before does not count.
    ///
    /// - Parameter places: where the heads stand, by their numbers.
    package func settleIndexHeads(_ places: [UInt64]) throws(LedgerError) -> HeadRows {
        guard let families = index else {
            preconditionFailure("only a folder with the families of an index has heads")
        }
        var missing = Set(places.indices)
        var wrong: [[UInt8]] = []
        do throws(LedgerError) {
            try readingHeads { () throws(RocksDBError) in
                var rows = try Iterator(over: families.heads, of: database, fillsCache: false)
                try rows.seekToFirst()
                while wrong.count <= Self.removalLimit, let key = rows.key, let value = rows.value {
                    let place = StoreLayout.number(key).flatMap { Int(exactly: $0) }
                    if let place, places.indices.contains(place) {
                        if StoreLayout.number(value) == places[place] { missing.remove(place) }
                    } else {
                        wrong.append(key)
                    }
                    try rows.next()
                }
            }
        } catch {
            guard case .corruptIndex = error else { throw error }
            return .unreadable
        }
        guard wrong.count <= Self.removalLimit else { return .unreadable }
        let changed = missing.count + wrong.count
        let mark = try indexMark(StoreLayout.MetaName.indexRebuilt)
        guard changed > 0 || mark == Self.headsUnderWay else { return .settled(changed: 0) }
        try write(.cursor, sync: true) { rows in
            for key in wrong { rows.removeIndexHead(key) }
            for place in missing.sorted() { rows.put(indexHead: UInt64(place), at: places[place]) }
            rows.put(indexRebuilt: Self.rebuildUnderWay)
        }
        return .settled(changed: changed)
    }

    /// Removes all rows of index heads, so that the next opening makes their family anew.
    package func dropIndexHeads() throws(LedgerError) {
        guard let families = index else { return }
        try write(.cursor, sync: true) { rows in rows.put(indexRebuilt: Self.headsUnderWay) }
        try writer.drop(families.heads)
    }

    /// Removes all rows of lists and tiles, and says that no entry has its rows of `keys` and that
    /// no snapshot counts: all of it is made again from the leaves.
    ///
    /// First it says that it is under way (``rebuildUnderWay``): a crash leaves some of the rows,
    /// and the index makes nothing of them until the next call has removed them. Last it says which
    /// head was the newest, so that a map of new rows may differ from it.
    package func forgetIndex() throws(LedgerError) {
        guard let families = index else { return }
        let newest = try newestIndexHead()
        try write(.cursor, sync: true) { rows in
            rows.put(keysEnd: 0)
            rows.removeSnapshotDigests()
            rows.put(indexRebuilt: Self.rebuildUnderWay)
        }
        for family in [keys, families.lists, families.tiles] { try writer.drop(family) }
        try write(.cursor, sync: true) { rows in
            rows.put(indexRebuilt: newest?.head.id.hash ?? .zero)
        }
    }
}

/// Finds the index heads among the entries, which come in their order.
private struct IndexHeadFinder {
    /// Where the heads stand, by their numbers.
    private(set) var places: [UInt64] = []

    private let store: Store
    private var newest: IndexHead?
    private var registry: Registry?

    init(_ store: Store) {
        self.store = store
    }

    mutating func take(_ leaf: [UInt8], at index: UInt64) throws(LedgerError) {
        // The usual form of a statement, which neither a control statement has nor a head.
        guard LeafFields(leaf.span) == nil else { return }
        if let statement = try? Statement(leaf: leaf) {
            guard statement.controlManifest != nil else { return }
            do throws(Refusal) {
                registry = try Registry.folding(statement, at: index, into: registry)
            } catch {
                throw .corrupt("control statement at entry \(index) does not fold: \(error)")
            }
            return
        }
        let head: IndexHead
        do throws(Refusal) {
            head = try IndexHead(leaf: leaf)
        } catch {
            throw .corrupt(
                "entry \(index) is neither a statement nor an index head: \(error); run colophond "
                    + "fsck")
        }
        try place(head, at: index)
        places.append(index)
        newest = head
    }

    private func place(_ head: IndexHead, at index: UInt64) throws(LedgerError) {
        guard let registry else { throw .corrupt("entry 0 is not a policy statement") }
        let tree = head.size <= index ? try store.range(size: head.size).root : nil
        let coversOther = IndexHeadPlace.hasOther(
            than: places, from: newest?.size ?? 0, to: head.size)
        do throws(IndexHeadFault) {
            try IndexHeadPlace(index, below: registry, after: newest).check(
                head, tree: tree, coversOther: coversOther)
        } catch {
            throw .corrupt("index head at entry \(index) must not stand there: \(error)")
        }
    }
}
