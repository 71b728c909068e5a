import IndexMap
import Jobs
import LedgerStore
import Synchronization

/// Which entries have which key, as far as the rows of `keys` do not say so yet: what makes lists
/// as fresh as the newest head.
///
///     rows of the store        portions of whole batches, sorted         the open portion
///     0 ..................cover.end ......................................................... end
///
/// The sequencer appends a batch before its head is shown. What it cannot append leaves a gap: at a
/// start there is one, up to the size of the store, and where more waits than may. The indexer
/// closes it from the leaves, and lists wait for that.
final class KeyPortions: Sendable {
    /// How long a list waits for the entries up to the newest head.
    private static let listWait = Duration.seconds(5)

    /// After how long it is looked again whether the head of the newest batch is shown.
    private static let publishing = Duration.milliseconds(20)

    private struct State {
        let limits: EpochLimits
        var cover: KeysCover
        var portions: [KeyPortion] = []
        /// The records of the open portion, in the order of the entries.
        var open: [IndexRecord] = []
        /// The first entry of the open portion, and the first that is in no portion.
        var openStart: UInt64
        var end: UInt64
        /// When the first entry of the open portion came.
        var openSince = ContinuousClock.now
        /// Records in all portions.
        var records = 0
        /// What is kept free for statements that wait for the sequencer.
        var reserved = Room(entries: 0, records: 0)
        /// Whether somebody was refused for lack of room.
        var isRoomWanted = false
        /// Whether there is something for the indexer to do once the next head is shown.
        var isWorkComing = false
        /// Why the gap cannot be closed; nil where it is being closed, or there is none.
        var failure: LedgerError?
        var isClosed = false
        var whenWorkComes: (@Sendable () -> Void)?

        init(_ cover: KeysCover, _ limits: EpochLimits) {
            self.limits = limits
            self.cover = cover
            (openStart, end) = (cover.end, cover.end)
        }

        var isFullEpoch: Bool {
            end - cover.end >= UInt64(limits.entries) || records >= limits.records
        }

        func hasRoom(entries: Int, records: Int, epochs: Int) -> Bool {
            let entryLimit = UInt64(epochs * limits.entries)
            return end - cover.end + UInt64(entries) <= entryLimit
                && self.records + records <= epochs * limits.records
        }
    }

    private let condition = MonotonicCondition()
    private let state: Mutex<State>

    /// - Parameter cover: what the rows of the store say.
    init(_ cover: KeysCover, limits: EpochLimits = EpochLimits()) {
        state = Mutex(State(cover, limits))
    }

    /// Has `body` called when there is something for the indexer to do: it finds it then.
    func observe(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenWorkComes = body }
    }

    /// Forgets all portions: the store was opened again, and its rows say this.
    func reset(_ cover: KeysCover) {
        let wake = state.withLock { state in
            var fresh = State(cover, state.limits)
            (fresh.reserved, fresh.isClosed) = (state.reserved, state.isClosed)
            fresh.whenWorkComes = state.whenWorkComes
            state = fresh
            return state.whenWorkComes
        }
        wake?()
    }

    /// Ends all waits.
    func close() {
        change { $0.isClosed = true }
    }

    // MARK: - Room

    /// What some statements take until their rows are written.
    struct Room: Hashable {
        var entries: Int
        var records: Int
    }

    /// Keeps room for statements that are to wait for the sequencer; false where as much waits as
    /// may, but where nothing waits at all.
    ///
    /// While there is a gap there is always room: what does not fit is read from the leaves later.
    func reserve(_ room: Room, below size: UInt64) -> Bool {
        let (fits, wake) = state.withLock { state in
            let all = Room(
                entries: state.reserved.entries + room.entries,
                records: state.reserved.records + room.records)
            let fits =
                state.end < size || (state.reserved.entries == 0 && state.end == state.cover.end)
                || state.hasRoom(
                    entries: all.entries, records: all.records, epochs: EpochLimits.waiting)
            if fits { state.reserved = all } else { state.isRoomWanted = true }
            return (fits, fits ? nil : state.whenWorkComes)
        }
        wake?()
        return fits
    }

    /// Gives back the room for statements that are decided about.
    func release(_ room: Room) {
        state.withLock { state in
            state.reserved.entries -= room.entries
            state.reserved.records -= room.records
        }
    }

    // MARK: - Filling

    /// Appends entries by their keys, whose indexes go on from `first`; returns whether they are
    /// in portions now.
    ///
    /// They are not where an entry before them is not, or where there is no room.
    @discardableResult
    func append(
        _ entries: [[IndexKey]], from first: UInt64, epochs: Int = EpochLimits.waiting
    ) -> Bool {
        let records = entries.reduce(0) { $0 + $1.count }
        return state.withLock { state in
            // An idle indexer sleeps without a limit.
            if state.records == 0 { state.isWorkComing = true }
            guard first == state.end,
                state.hasRoom(entries: entries.count, records: records, epochs: epochs)
            else { return false }
            for keys in entries { Self.append(keys, to: &state) }
            // An epoch ends where a batch does: an index head can cover it (index.md §9).
            if state.end - state.openStart >= UInt64(state.limits.portionEntries) {
                Self.closeOpen(of: &state, below: state.end)
            }
            if state.isFullEpoch { state.isWorkComing = true }
            return true
        }
    }

    /// Says that the head of this size is shown.
    ///
    /// Before that the indexer sees nothing of the newest batch: neither an epoch that it fills,
    /// nor the gap that it leaves. Who woke it then would wake it for nothing.
    func headShown(size: UInt64) {
        let wake = state.withLock { state in
            defer { state.isWorkComing = false }
            let isWork = state.isWorkComing || state.isRoomWanted || state.end < size
            return isWork ? state.whenWorkComes : nil
        }
        wake?()
    }

    private static func append(_ keys: [IndexKey], to state: inout State) {
        // No portion is larger than an epoch may be.
        if state.end - state.openStart >= UInt64(state.limits.entries)
            || state.open.count + keys.count > state.limits.records
        {
            closeOpen(of: &state, below: state.end)
        }
        if state.open.isEmpty, !keys.isEmpty { state.openSince = .now }
        for key in keys { state.open.append(IndexRecord(key: key, index: state.end)) }
        state.end += 1
        state.records += keys.count
    }

    /// Makes a portion of the entries below `end` of the open one.
    private static func closeOpen(of state: inout State, below end: UInt64) {
        guard state.openStart < end else { return }
        let count = state.open.firstIndex { $0.index >= end } ?? state.open.count
        state.portions.append(
            KeyPortion(
                Array(state.open[..<count]), of: state.openStart..<end, since: state.openSince))
        state.open.removeFirst(count)
        state.openStart = end
    }

    /// The first entry that is in no portion.
    var end: UInt64 { state.withLock { $0.end } }

    /// Where the gap below `size` begins, and whether the next entries fit before an epoch is
    /// written; nil where there is no gap.
    func gap(below size: UInt64) -> (start: UInt64, hasRoom: Bool)? {
        state.withLock { state in
            guard state.end < size else { return nil }
            return (state.end, !state.isFullEpoch)
        }
    }

    /// Says that the gap is closed further, or why not: whoever waits for it looks again.
    func gapChanged(_ failure: LedgerError? = nil) {
        change { $0.failure = failure }
    }

    private func change(_ body: (inout State) -> Void) {
        condition.withLock {
            state.withLock { body(&$0) }
            condition.broadcast()
        }
    }

    // MARK: - Epochs

    /// Number of entries that wait for an epoch.
    var waitingEntries: UInt64 { state.withLock { $0.end - $0.cover.end } }

    /// When an epoch is due, or is looked for again; nil where nothing waits but index heads, which
    /// have no rows: a ledger that is idle has no timer.
    func due(after interval: Duration) -> ContinuousClock.Instant? {
        state.withLock { state in
            // The newest batch is here a moment before its head is shown, and is not taken before.
            if state.isFullEpoch { return .now + Self.publishing }
            if let first = state.portions.first(where: { !$0.records.isEmpty }) {
                return first.since + interval
            }
            return state.open.isEmpty ? nil : state.openSince + interval
        }
    }

    /// The entries below it have their rows.
    var written: UInt64 { state.withLock { $0.cover.end } }

    /// The next epoch, of entries below `size`; nil where none is due.
    func epoch(below size: UInt64, interval: Duration) -> KeyEpoch? {
        let isDue = due(after: interval).map { $0 <= .now } ?? false
        let portions = state.withLock { state -> [KeyPortion] in
            guard isDue || state.isFullEpoch || state.isRoomWanted else { return [] }
            Self.closeOpen(of: &state, below: min(size, state.end))
            var taken: [KeyPortion] = []
            var records = 0
            for portion in state.portions {
                records += portion.records.count
                guard portion.entries.upperBound <= size,
                    portion.entries.upperBound - state.cover.end <= UInt64(state.limits.entries),
                    records <= state.limits.records
                else { break }
                taken.append(portion)
            }
            return taken
        }
        guard let first = portions.first, let last = portions.last else { return nil }
        return KeyEpoch(portions, of: first.entries.lowerBound..<last.entries.upperBound)
    }

    /// Forgets the portions of entries below `end`: rows of the store have them.
    ///
    /// Where the portions were forgotten meanwhile and do not go so far, nothing changes: these
    /// rows are written again then.
    func finish(below end: UInt64) {
        state.withLock { state in
            guard end > state.cover.end, end <= state.end else { return }
            while let first = state.portions.first, first.entries.upperBound <= end {
                state.records -= first.records.count
                state.portions.removeFirst()
            }
            state.cover.end = end
            state.isRoomWanted = false
        }
    }

    // MARK: - The migration

    /// The migration that goes on; nil where none does.
    var migration: Migration? { state.withLock { $0.cover.migration } }

    /// Says how far it has come, or that it is done.
    func migrated(_ migration: Migration?) {
        state.withLock { $0.cover.migration = migration }
    }

    // MARK: - Lists

    /// What the answers to lists are made of, at one moment.
    struct View {
        /// The entries that rows of the store have.
        let cover: KeysCover

        fileprivate let portions: [KeyPortion]
        fileprivate let open: [IndexRecord]

        /// The entries with this key from `start` to below `end` that are in portions, rising, at
        /// most `limit`.
        func entries(
            with key: IndexKey, from start: UInt64, below end: UInt64, limit: Int
        ) -> [UInt64] {
            var found: [UInt64] = []
            for portion in portions {
                portion.append(with: key, from: start, below: end, limit: limit, to: &found)
            }
            for record in open
            where record.key == key && record.index >= start && record.index < end {
                guard found.count < limit else { break }
                found.append(record.index)
            }
            return found
        }
    }

    /// What lists are made of now; entries behind a gap are missing.
    var view: View { state.withLock { Self.view(of: $0) } }

    /// What lists are made of once all entries below `size` can be listed.
    ///
    /// - Throws: `.tryAgain` where that takes too long; why the indexer cannot go on, where it
    ///   cannot.
    func view(covering size: UInt64) throws(LedgerError) -> View {
        if let view = try viewNow(covering: size) { return view }
        let limit = ContinuousClock.now + Self.listWait
        return try condition.withLock { () throws(LedgerError) in
            while true {
                if let view = try viewNow(covering: size) { return view }
                guard condition.wait(until: limit) else {
                    throw .tryAgain(
                        "the entries from \(end) to \(size) cannot be listed yet: their keys are "
                            + "being read from the log")
                }
            }
        }
    }

    private func viewNow(covering size: UInt64) throws(LedgerError) -> View? {
        let (view, failure) = state.withLock { state -> (View?, LedgerError?) in
            if state.end >= size { return (Self.view(of: state), nil) }
            return (nil, state.isClosed ? .closed : state.failure)
        }
        if let failure { throw failure }
        return view
    }

    private static func view(of state: State) -> View {
        View(cover: state.cover, portions: state.portions, open: state.open)
    }
}
