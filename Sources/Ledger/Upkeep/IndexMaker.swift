import IndexMap
import LedgerStore
import Logging
import Merkle
import Provenance

/// Makes the map of the index behind the rows of `keys`, and has its heads logged (index.md §11).
///
/// The map covers whole epochs. One that ends at a signed size gets a head: the map's change is
/// computed, the map before it is held against its rows, the sequencer logs the head, and only then
/// lists and map change. An epoch that ends elsewhere, as there are while much is caught up with,
/// changes them without a head. Entries that are index heads have no records, and get no head.
///
/// | a crash | leaves | repaired by |
/// |---|---|---|
/// | between rows and head | rows of `keys` ahead of the head | the next start goes on from its N |
/// | between head and `lists` | lists behind the head | the next start writes what differs |
///
/// At a start the map is made of its file and the entries since (``IndexSnapshots``). Where that
/// does not lead to the newest head, it is made of all rows below the head's N, in one pass in
/// order. That pass, and the look for heads before it, go on in parts: epochs are written between
/// them, or statements would be refused for lack of room. The root must be the head's. Where rows
/// and map differ the index stops, and never signs what it doubts; the ledger goes on.
struct IndexMaker {
    /// Tiles of lists that gather before they are written: 2 MiB.
    private static let tilesAtOnce = 256

    /// Entries from which on it is said that the map is made: with fewer it is made at once.
    private static let toldEntries: UInt64 = 4096

    /// Records of a pass between two looks whether it is to end.
    private static let recordsAtOnce = 65_536

    private let published: Published
    private let limits: EpochLimits
    private var snapshots: IndexSnapshots
    private let ask: @Sendable (IndexHeadOrder) -> Bool
    private let isStopping: @Sendable () -> Bool
    private let metrics: KeyMetrics
    private let logger: Logger

    /// The entries below it are in the map, or have no records; nil before the map is made.
    private var covered: UInt64?

    /// No entry from the newest head to below it is a head too; nil before the first look.
    private var looked: UInt64?

    /// The map while it is made of rows; nil where none is.
    private var unfinished: UnfinishedMap?

    /// How much of the map is held against its rows before a head.
    private var pace = MapCheckPace()

    /// The epoch whose rows were written last, so that its leaves need not be read again.
    private var fresh: KeyEpoch?

    /// A change that is computed, and not in the map yet.
    ///
    /// It is not computed again where its lists could not be written: they may be there all the
    /// same, and are then not those of the map before.
    private var pending: Pending?

    private struct Pending {
        let change: IndexChange

        /// Where its epoch ends.
        let end: UInt64

        /// Whether a head is logged before.
        let getsHead: Bool
    }

    /// A map of which the rows up to one of them are read.
    private struct UnfinishedMap {
        let size: UInt64
        var builder: IndexTrieBuilder

        /// The row that was read last; nil before the first.
        var last: IndexRecord?

        /// What is not written yet.
        var lists: [IndexList] = []
        var tiles: [IndexTile] = []

        init(size: UInt64) {
            self.size = size
            builder = IndexTrieBuilder(size: size)
        }

        mutating func add(_ record: IndexRecord) throws(IndexError<Never>) {
            last = record
            // An entry that is not covered has its rows all the same.
            if record.index < size { try builder.add(record) }
        }

        /// Writes the lists that differ, once so many tiles of them are there.
        mutating func write(to store: Store, from tileCount: Int) throws(LedgerError) {
            let made = builder.take()
            lists += made.lists
            tiles += made.tiles
            guard tiles.count >= tileCount else { return }
            try store.write(lists, tiles)
            (lists, tiles) = ([], [])
        }
    }

    init(
        published: Published, limits: EpochLimits, snapshots: IndexSnapshots,
        ask: @escaping @Sendable (IndexHeadOrder) -> Bool,
        isStopping: @escaping @Sendable () -> Bool, metrics: KeyMetrics, logger: Logger
    ) {
        self.published = published
        self.limits = limits
        self.snapshots = snapshots
        self.ask = ask
        self.isStopping = isStopping
        self.metrics = metrics
        self.logger = logger
    }

    /// Takes an epoch whose rows are written.
    mutating func note(_ epoch: KeyEpoch) {
        if isOn { fresh = epoch }
    }

    private var isOn: Bool { published.index.isOn }

    /// Does the next step; false where none is due.
    ///
    /// Rows that are damaged stop the index, as rows that differ do: reading them again gives the
    /// same. What may pass is thrown.
    mutating func step(_ store: Store) throws(LedgerError) -> Bool {
        do throws(LedgerError) {
            return try next(store)
        } catch {
            guard Self.isDamage(error) else { throw error }
            pending = nil
            stop("\(error)")
            return true
        }
    }

    /// Whether a row is there and cannot be read.
    static func isDamage(_ error: LedgerError) -> Bool {
        switch error {
        case .corrupt, .corruptIndex: true
        case .engine: error.remedy == .look
        default: false
        }
    }

    private mutating func next(_ store: Store) throws(LedgerError) -> Bool {
        // Rows of entries before an upgrade are written by the migration, in an order of its own. A
        // store that does not sign makes no head.
        guard isOn, published.portions.migration == nil, published.hold == nil else {
            return false
        }
        if let pending {
            try finish(pending, in: store)
            return true
        }
        let end = published.portions.written
        guard let covered else { return try build(from: store, below: end) }
        guard covered < end else { return try snapshots.step(published.index, store) }
        let (records, limit) = try records(of: store, from: covered, below: end)
        if records.isEmpty {
            self.covered = limit
        } else {
            try add(records, upTo: limit, in: store)
        }
        return true
    }

    /// Writes the map to its file, where that is worth it: nothing is made after it.
    mutating func end(_ store: Store) {
        if isOn { snapshots.end(published.index, store) }
    }

    /// Runs what reads rows; stops the index, and returns nil, where these are not the map's.
    private func proven<Value>(
        _ body: () throws(IndexError<LedgerError>) -> Value
    ) throws(LedgerError) -> Value? {
        do throws(IndexError<LedgerError>) {
            return try body()
        } catch .failed(let error) {
            throw error
        } catch {
            stop("\(error)")
            return nil
        }
    }

    private func stop(_ reason: String) {
        logger.error(
            "the index stopped: no index head is made until colophond index rebuild has run",
            metadata: ["reason": "\(reason)"])
        published.index.stop(reason)
    }

    // MARK: - At a start

    /// Makes the map of the rows below the newest head's N, or of all where there is no head; false
    /// where its rows are written again first.
    private mutating func build(
        from store: Store, below end: UInt64
    ) throws(LedgerError) -> Bool {
        guard try !store.isRebuildUnderWay() else {
            stop("colophond index rebuild was cut off: run it again")
            return true
        }
        let head = try store.newestIndexHead()
        if let head { metrics.stands(at: head) }
        let size = unfinished?.size ?? head?.head.size ?? end
        guard size <= end else { return false }
        guard try lookThrough(store, above: head) else { return true }
        var kept: IndexTrie?
        if let head, unfinished == nil { kept = try snapshots.map(of: head, in: store) }
        guard let trie = try kept == nil ? map(of: store, size: size) : kept else { return true }
        if let head {
            if trie.root == head.head.map {
                try forgetRebuild(of: store)
            } else if try !noteWrong(head, in: store) {
                stop(
                    "the map of the first \(size) entries is not the one that index head "
                        + "\(head.head.id) says, entry \(head.index)")
                return true
            }
        }
        published.index.put(trie, head)
        covered = size
        logger.log(
            level: size < Self.toldEntries ? .debug : .notice, "the index is made",
            metadata: [
                "entries": "\(size)", "from": kept == nil ? "rows" : "the snapshot and leaves",
            ])
        if head == nil, size > 0, try isSigned(size, in: store) {
            let change = try proven { () throws(IndexError<LedgerError>) in
                try trie.change(adding: [], to: size, reading: StoredIndexRows(store))
            }
            pending = change.map { Pending(change: $0, end: size, getsHead: true) }
        }
        return true
    }

    /// Looks through the next entries above the newest head for heads that its rows do not have;
    /// false where entries are left.
    ///
    /// There may be as many as the log has: they leave the block cache to others.
    private mutating func lookThrough(
        _ store: Store, above head: PlacedIndexHead?
    ) throws(LedgerError) -> Bool {
        let start = looked ?? head.map { $0.index + 1 } ?? 0
        // What comes from here on is no head: nobody makes one before the map is made.
        let size = published.size
        guard start < size else { return true }
        let end = min(start + limits.lookedThrough, size)
        if let lost = try store.firstIndexHead(in: start..<end) {
            // The next head would have the number of one that is logged.
            throw .corruptIndex("entry \(lost) is an index head and has none")
        }
        looked = end
        logger.debug(
            "entries are looked through for index heads",
            metadata: ["below": "\(end)", "of": "\(size)"])
        return end == size
    }

    private func isSigned(_ size: UInt64, in store: Store) throws(LedgerError) -> Bool {
        try store.head(size: size)?.receipt != nil
    }

    /// Goes on with a map in the order of its rows, and writes the lists that differ; nil where
    /// rows are left, or the index has stopped.
    ///
    /// Where it throws the next call begins again.
    private mutating func map(of store: Store, size: UInt64) throws(LedgerError) -> IndexTrie? {
        var map = unfinished.take() ?? UnfinishedMap(size: size)
        var (count, isWhole) = (0, true)
        var fault: IndexError<Never>?
        try store.forEachRecord(behind: map.last) { record throws(LedgerError) in
            do throws(IndexError<Never>) {
                try map.add(record)
            } catch {
                fault = error
                return false
            }
            count += 1
            isWhole = count < limits.mappedRows
            guard count.isMultiple(of: Self.recordsAtOnce) else { return isWhole }
            try map.write(to: store, from: Self.tilesAtOnce)
            if isStopping() { isWhole = false }
            return isWhole
        }
        if let fault {
            stop("\(fault)")
            return nil
        }
        guard isWhole else {
            unfinished = map
            logger.debug("the map of the index is being made", metadata: ["rows": "\(count)"])
            return nil
        }
        let trie = map.builder.finish()
        try map.write(to: store, from: 0)
        return trie
    }

    /// Says that the index is not new any more: rows that differ from now on are the ones that are
    /// wrong, and not the head.
    private func forgetRebuild(of store: Store) throws(LedgerError) {
        guard let mark = try store.indexMark(StoreLayout.MetaName.indexRebuilt), mark != .zero
        else { return }
        try store.write(.lists, sync: true) { rows in rows.put(indexRebuilt: .zero) }
    }

    /// Whether a head whose map is wrong is the newest since the index was made anew; then it is
    /// written down for `fsck`, and the next head follows it.
    private func noteWrong(
        _ head: PlacedIndexHead, in store: Store
    ) throws(LedgerError) -> Bool {
        let id = head.head.id.hash
        guard try store.indexMark(StoreLayout.MetaName.indexRebuilt) == id else { return false }
        logger.error(
            "an index head says a wrong map; the next one will be right",
            metadata: ["entry": "\(head.head.id)", "index": "\(head.index)"])
        var wrong = try store.wrongIndexHeads()
        wrong.add(id)
        let found = wrong
        try store.write(.lists, sync: true) { rows in rows.put(found) }
        return true
    }

    // MARK: - Epochs

    /// The records of the next entries, sorted, and where these end: those of the epoch whose rows
    /// were written last, else as their leaves have them.
    private mutating func records(
        of store: Store, from start: UInt64, below end: UInt64
    ) throws(LedgerError) -> (records: [IndexRecord], end: UInt64) {
        if let epoch = fresh, epoch.entries.lowerBound == start, epoch.entries.upperBound <= end {
            fresh = nil
            return (epoch.records, epoch.entries.upperBound)
        }
        return try limits.records(of: store, from: start, below: end)
    }

    private mutating func add(
        _ records: [IndexRecord], upTo end: UInt64, in store: Store
    ) throws(LedgerError) {
        let isSigned = try isSigned(end, in: store)
        let checked = isSigned ? pace.records(at: .now) : nil
        let change = try proven { () throws(IndexError<LedgerError>) in
            try computed(records, upTo: end, in: store, checking: checked)
        }
        guard let change else { return }
        let next = Pending(change: change, end: end, getsHead: isSigned)
        pending = next
        try finish(next, in: store)
    }

    /// Computes a change; the copy of the map is gone when this returns, and the pass over rows.
    ///
    /// - Parameter checked: the records of the part of the map that is held against its rows
    ///   before; nil for none.
    private func computed(
        _ records: [IndexRecord], upTo end: UInt64, in store: Store, checking checked: Int?
    ) throws(IndexError<LedgerError>) -> IndexChange {
        let rows: IndexRowPass
        do throws(LedgerError) {
            rows = try IndexRowPass(store)
        } catch {
            throw .failed(error)
        }
        let trie = published.index.trie
        if let checked {
            let key = IndexKey(RandomBytes.hash())
            _ = try trie.check(along: key, limit: checked, reading: rows)
        }
        return try trie.change(adding: records, to: end, reading: rows)
    }

    /// Has the head of a change logged where it gets one, and lets lists and map follow.
    private mutating func finish(
        _ next: Pending, in store: Store
    ) throws(LedgerError) {
        guard next.getsHead else { return try apply(next, nil, in: store) }
        let order = IndexHeadOrder(size: next.end, map: next.change.root)
        guard ask(order) else { throw .closed }
        switch order.wait() {
        case .logged(let head):
            // A crash here leaves lists behind the head.
            try apply(next, head, in: store)
            metrics.logged(head)
        case .refused(let reason):
            pending = nil
            stop("its head for \(next.end) entries must not be logged: \(reason)")
        case .late:
            // As where an epoch ends at no signed size: the next one that does gets a head. It
            // comes, for the tree head of the newest entries always stays.
            logger.notice(
                "an index head is made of a newer size: the tree head of its own is gone",
                metadata: ["size": "\(next.end)"])
            try apply(next, nil, in: store)
        case .failed(let error):
            // Its batch, or its place, and no row of the index: it is asked for again.
            throw Self.isDamage(error) ? .tryAgain("no index head is logged: \(error)") : error
        }
    }

    private mutating func apply(
        _ next: Pending, _ head: PlacedIndexHead?, in store: Store
    ) throws(LedgerError) {
        try published.index.apply(next.change, head) { () throws(LedgerError) in
            try store.write(next.change.lists, next.change.tiles)
        }
        (covered, pending) = (next.end, nil)
    }
}
