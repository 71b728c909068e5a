package import Encoding
package import Files
import Provenance
internal import Synchronization

/// Turns what an audit reads and finds into events, each told at least once (audit.md §5).
///
/// It is handed the bundles in the order of the log, and what each round came to. Events are on the
/// disk when ``flush()`` returns, which the audit calls before it commits its place.
package final class Monitor: Sendable {
    /// What a monitor is to tell.
    package struct Options: Sendable {
        /// What the user watches for.
        package var watches = WatchList()

        /// Whether only those entries are told that are in the log after the first head.
        package var fromNow = false

        /// Creates the options of a monitor that tells alerts alone.
        package init() {}
    }

    struct State {
        var standing: Standing
        var numbers = MonitorNumbers()

        /// Whether the standing is another than the disk has.
        var isChanged = false
    }

    /// The log's origin.
    package let origin: Text

    /// What is told, until it is taken.
    package let outbox: Outbox

    let options: Options
    let now: @Sendable () -> UInt64
    let state: Mutex<State>
    private let folder: Folder

    /// The folder below a state.
    package static let folderName = "monitor"

    /// Opens the part of an audit's state that is a monitor's.
    ///
    /// - Parameters:
    ///   - folder: ``folderName`` in the state, whose lock the caller has.
    ///   - size: the entries before this one were read, as the state has it.
    ///   - receivers: the names of all that are told.
    ///   - now: POSIX seconds.
    package init(
        _ folder: Folder, of origin: Text, at size: UInt64, _ options: Options,
        receivers: [String],
        limits: Outbox.Limits = Outbox.Limits(), now: @escaping @Sendable () -> UInt64
    ) throws(MonitorStateError) {
        outbox = try Outbox(
            folder, receivers: receivers, limits: limits,
            words: Self.words(of: origin, limits, now))
        (self.folder, self.origin, self.options, self.now) = (folder, origin, options, now)
        let standing = try Standing(in: folder)
        state = Mutex(State(standing: standing))
        guard let place = standing.place, place < size else { return }
        try tellMissed(place..<size)
    }

    /// What is told of receivers that are slow.
    private static func words(
        of origin: Text, _ limits: Outbox.Limits, _ now: @escaping @Sendable () -> UInt64
    ) -> Outbox.Words {
        Outbox.Words { receiver, count in
            MonitorEvent(
                .dropped, of: origin, key: "\(receiver) \(count)", time: now(),
                words: "\(receiver) did not take its alerts: \(count) in all were dropped for it",
                [
                    ("receiver", .string(Text(receiver))),
                    ("count", .integer(Int64(clamping: count))),
                ])
        } owed: { receiver, entry in
            MonitorEvent(
                .owed, of: origin, key: "\(receiver) \(entry) \(now())", time: now(),
                words:
                    "\(receiver) is slow, and more than \(limits.matches) matches wait for it: "
                    + "those of entry \(entry) and some behind it come later, read again from the "
                    + "log",
                [
                    ("receiver", .string(Text(receiver))),
                    ("entry", .integer(Int64(clamping: entry))),
                ])
        }
    }

    /// Tells that somebody has read on without a monitor: what is there is not read again.
    private func tellMissed(_ entries: Range<UInt64>) throws(MonitorStateError) {
        state.withLock { state in
            state.standing.place = entries.upperBound
            state.isChanged = true
        }
        try tell(
            MonitorEvent(
                .missed, of: origin, key: "\(entries)", time: now(),
                words: "\(NamedEntries(entries).were) read by an audit without --follow: the "
                    + "matches there are not told",
                [
                    ("entry", .integer(Int64(clamping: entries.lowerBound))),
                    ("count", .integer(Int64(clamping: entries.count))),
                ]))
        try flush()
    }

    /// Whether a round has come to its end in this run or an earlier one.
    package var hasBegun: Bool { state.withLock { $0.standing.hasBegun } }

    /// What it has come to.
    package var numbers: MonitorNumbers {
        var numbers = state.withLock { $0.numbers }
        numbers.waiting = outbox.waiting
        return numbers
    }

    /// Writes all events that were made, and then what is remembered of them.
    package func flush() throws(MonitorStateError) {
        try outbox.flush()
        try state.withLock { state throws(MonitorStateError) in
            guard state.isChanged else { return }
            try state.standing.write(in: folder)
            state.isChanged = false
        }
    }

    /// Adds an event, and counts it.
    func tell(_ event: MonitorEvent) throws(MonitorStateError) {
        state.withLock { $0.numbers.events[event.kind, default: 0] += 1 }
        try outbox.add(event)
    }
}
