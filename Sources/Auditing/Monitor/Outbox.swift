internal import Encoding
package import Files
internal import Synchronization

/// What a monitor has to tell, on the disk until each receiver has taken it (audit.md §5).
///
///     monitor/alerts-....jsonl      alerts, which no number of matches drives out
///     monitor/matches-....jsonl     entries that somebody watches for
///     monitor/again-NAME-....jsonl  such that were read again for the receiver NAME alone
///     monitor/NAME.receiver.json    how far the receiver NAME has taken them (``OutboxReceiver``)
///
/// What is added is durable when ``flush()`` returns, and is given to each receiver until it has
/// taken it. A crash at any moment leaves events that are told again, and none that is not told:
/// whoever commits a place in the log calls ``flush()`` before.
///
/// A receiver that is slow stops nothing: not the audit, and no other receiver. Where more matches
/// wait for it than may, the oldest leave the queue. They are not lost, for the log has them: the
/// entries are owed to the receiver, and are read again once it has taken what waits. Where more
/// alerts wait than may, the oldest are dropped for it. Events say both.
package final class Outbox: Sendable {
    /// One of the queues; each but the last is of all receivers.
    private enum Queue: Int, CaseIterable {
        case alerts, matches, again

        static let shared = [alerts, matches]

        /// The name of its journal for a receiver.
        func name(for receiver: Text) -> String {
            switch self {
            case .alerts: "alerts"
            case .matches: "matches"
            case .again: "again-\(receiver)"
            }
        }
    }

    /// Limits of the queues.
    package struct Limits: Sendable {
        /// Events that wait for one receiver in each queue.
        package var alerts = MonitorLimit.waitingAlerts
        package var matches = MonitorLimit.waitingMatches
        package var again = MonitorLimit.waitingAgain

        /// The limits that we recommend.
        package init() {}
    }

    /// Events that one receiver is given at once, all of one queue.
    package struct Batch: Sendable {
        fileprivate let queue: Int

        /// The number of the first in its queue.
        fileprivate let start: UInt64

        /// The lines, without their line feeds.
        package let lines: [String]
    }

    private struct State {
        /// Those of the shared queues.
        var journals: [EventJournal]
        var receivers: [Text: OutboxReceiver]

        /// Of each receiver its own queue.
        var again: [Text: EventJournal]

        /// Added, and not yet on the disk.
        var pending: [[String]] = [[], []]
        var pendingBytes = 0
        var signals: [AsyncStream<Void>.Continuation] = []
    }

    private let folder: Folder
    private let limits: Limits
    private let words: Words
    private let state: Mutex<State>

    /// What is told of a receiver that is slow.
    package struct Words: Sendable {
        /// Makes the event that says how many alerts it did not take in time, in all.
        package let dropped: @Sendable (_ receiver: String, UInt64) -> MonitorEvent

        /// Makes the event that says from which entry on its matches are read again later.
        package let owed: @Sendable (_ receiver: String, UInt64) -> MonitorEvent

        /// Creates both.
        package init(
            dropped: @escaping @Sendable (_ receiver: String, UInt64) -> MonitorEvent,
            owed: @escaping @Sendable (_ receiver: String, UInt64) -> MonitorEvent
        ) {
            (self.dropped, self.owed) = (dropped, owed)
        }
    }

    /// Opens what a monitor has to tell; nobody else may have the folder open.
    ///
    /// A receiver that is new begins with what comes from now on. One that is not named any more is
    /// forgotten, and ``forgotten`` says so.
    ///
    /// - Parameters:
    ///   - receivers: their names, each once, which stand in names of files.
    ///   - words: the events about receivers that are slow.
    package init(
        _ folder: Folder, receivers names: [String], limits: Limits = Limits(), words: Words
    ) throws(MonitorStateError) {
        let known = try OutboxReceiver.all(in: folder)
        let journals = try Self.journals(folder, known)
        let all = Set(names.map { Text($0) }).union(known.keys)
        let again = try Self.again(folder, known, all)
        var receivers: [Text: OutboxReceiver] = [:]
        for name in names.map({ Text($0) }) {
            let own = journals + [again[name]].compactMap { $0 }
            var receiver = known[name] ?? OutboxReceiver(taken: own.map(\.next))
            // What somebody removed by hand is waited for no more.
            receiver.taken = zip(own, receiver.taken).map { journal, taken in
                min(max(taken, journal.first), journal.next)
            }
            receivers[name] = receiver
        }
        forgotten = known.compactMap { name, receiver in
            guard receivers[name] == nil else { return nil }
            let own = journals + [again[name]].compactMap { $0 }
            return (name.string, Self.waiting(receiver, own))
        }
        (self.folder, self.limits, self.words) = (folder, limits, words)
        state = Mutex(State(journals: journals, receivers: receivers, again: again))
        try state.withLock { state throws(MonitorStateError) in
            for (name, _) in forgotten {
                if var own = state.again.removeValue(forKey: Text(name)) {
                    try own.drop(before: .max)
                }
                try OutboxReceiver.forget(name, in: folder)
            }
            // Who has no file begins anew at each start, behind what was not taken.
            for name in receivers.keys { try write(name, &state) }
            try removeTaken(&state)
        }
    }

    /// Opens the shared journals.
    private static func journals(
        _ folder: Folder, _ known: [Text: OutboxReceiver]
    ) throws(MonitorStateError) -> [EventJournal] {
        var journals: [EventJournal] = []
        for queue in Queue.shared {
            let start = known.values.map { $0.taken[queue.rawValue] }.max() ?? 0
            journals.append(try EventJournal(queue.name(for: ""), in: folder, startingAt: start))
        }
        return journals
    }

    /// Opens the journals that receivers have for themselves.
    private static func again(
        _ folder: Folder, _ known: [Text: OutboxReceiver], _ names: Set<Text>
    ) throws(MonitorStateError) -> [Text: EventJournal] {
        var again: [Text: EventJournal] = [:]
        for name in names {
            again[name] = try EventJournal(
                Queue.again.name(for: name), in: folder,
                startingAt: known[name]?.taken[Queue.again.rawValue] ?? 0)
        }
        return again
    }

    /// Events in its journals that a receiver has not taken.
    private static func waiting(_ receiver: OutboxReceiver, _ own: [EventJournal]) -> UInt64 {
        zip(own, receiver.taken).reduce(0) { sum, pair in
            sum + pair.0.next - min(pair.0.next, pair.1)
        }
    }

    /// Receivers of an earlier run that are not named any more, and how many events they had not
    /// taken.
    package let forgotten: [(name: String, waiting: UInt64)]

    // MARK: - Telling

    /// Adds an event; it is durable after the next ``flush()``.
    package func add(_ event: MonitorEvent) throws(MonitorStateError) {
        let line = event.line
        let isFull = state.withLock { state in
            state.pending[event.kind.isMatch ? 1 : 0].append(line)
            state.pendingBytes += line.utf8.count
            return state.pendingBytes >= MonitorLimit.pendingBytes
        }
        if isFull { try flush() }
    }

    /// Writes what was added, and wakes the receivers; it is on the disk when this returns.
    package func flush() throws(MonitorStateError) {
        try state.withLock { state throws(MonitorStateError) in
            guard state.pendingBytes > 0 else { return }
            for queue in Queue.shared {
                try state.journals[queue.rawValue].append(state.pending[queue.rawValue])
                state.pending[queue.rawValue] = []
            }
            state.pendingBytes = 0
            try boundQueues(&state)
            for signal in state.signals { signal.yield() }
        }
    }

    /// Takes out of the queues of each receiver the oldest of what is more than may wait for it: a
    /// tenth of all at once, so that not each event brings another that says so.
    private func boundQueues(_ state: inout State) throws(MonitorStateError) {
        var events: [String] = []
        var isChanged = false
        for (name, receiver) in state.receivers.sorted(by: { $0.key.string < $1.key.string }) {
            var receiver = receiver
            if let kept = Self.excess(in: state.journals[0], receiver.taken[0], limits.alerts) {
                receiver.dropped += kept - receiver.taken[0]
                receiver.taken[0] = kept
                isChanged = true
                events.append(words.dropped(name.string, receiver.dropped).line)
            }
            if let kept = Self.excess(in: state.journals[1], receiver.taken[1], limits.matches) {
                let entries = try Self.entries(
                    in: state.journals[1], receiver.taken[1]..<kept)
                if receiver.owed == nil {
                    events.append(words.owed(name.string, entries.lowerBound).line)
                }
                receiver.owe(entries)
                receiver.taken[1] = kept
                isChanged = true
            }
            state.receivers[name] = receiver
        }
        guard isChanged else { return }
        // First that it is told, then that they are gone.
        try state.journals[Queue.alerts.rawValue].append(events)
        for name in state.receivers.keys { try write(name, &state) }
        try removeTaken(&state)
    }

    /// Returns the event with which a queue begins that has no more than its limit, and has room;
    /// nil where it has no more now.
    private static func excess(
        in journal: EventJournal, _ taken: UInt64, _ limit: UInt64
    ) -> UInt64? {
        guard journal.next - taken > limit else { return nil }
        return journal.next - (limit - limit / 10)
    }

    /// The entries that the matches of these numbers are about: they come in the log's order.
    private static func entries(
        in journal: EventJournal, _ numbers: Range<UInt64>
    ) throws(MonitorStateError) -> Range<UInt64> {
        let first = try journal.entry(of: numbers.lowerBound)
        let last = try journal.entry(of: numbers.upperBound - 1)
        return min(first, last)..<max(first, last) + 1
    }

    // MARK: - Reading again

    /// The entries of which each receiver is owed the matches, where there is room for some: what
    /// waited for it before is taken.
    package var owed: [(name: String, entries: Range<UInt64>)] {
        state.withLock { state in
            state.receivers.compactMap { name, receiver in
                guard let entries = receiver.owed, room(for: name, state) > 0 else { return nil }
                return (name.string, entries)
            }.sorted { $0.name < $1.name }
        }
    }

    /// All that is owed to receivers, for words.
    package var allOwed: [(name: String, entries: Range<UInt64>)] {
        state.withLock { state in
            state.receivers.compactMap { name, receiver in
                receiver.owed.map { (name.string, $0) }
            }.sorted { $0.name < $1.name }
        }
    }

    /// How many matches that are read again a receiver may be given now.
    private func room(for name: Text, _ state: State) -> UInt64 {
        guard let receiver = state.receivers[name], let again = state.again[name] else { return 0 }
        let matches = state.journals[1].next - receiver.taken[1]
        let waiting = matches + again.next - receiver.taken[2]
        return limits.again - min(limits.again, waiting)
    }

    /// Gives one receiver the matches of the entries that are owed to it, up to those before `end`,
    /// which it is not owed any more.
    ///
    /// - Returns: whether it has room for more. A batch may go beyond the room by what one reading
    ///   gives.
    package func addAgain(
        _ events: [MonitorEvent], before end: UInt64, for receiver: String
    ) throws(MonitorStateError) -> Bool {
        try state.withLock { state throws(MonitorStateError) in
            let name = Text(receiver)
            guard let owed = state.receivers[name]?.owed else { return false }
            // First that they are there, then that they are not owed: a crash gives them twice.
            try state.again[name]?.append(events.map(\.line))
            state.receivers[name]?.owed =
                end < owed.upperBound ? max(owed.lowerBound, end)..<owed.upperBound : nil
            try write(name, &state)
            for signal in state.signals { signal.yield() }
            return room(for: name, state) > 0
        }
    }

    // MARK: - Receivers

    /// Returns a stream that gives a value when there may be more to take; for one reader.
    package func signals() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        state.withLock { $0.signals.append(continuation) }
        return stream
    }

    /// Returns what the receiver is to take next, alerts first; nil where nothing waits.
    package func batch(for name: String) throws(MonitorStateError) -> Batch? {
        try state.withLock { state throws(MonitorStateError) in
            guard let receiver = state.receivers[Text(name)] else { return nil }
            for (queue, journal) in zip(Queue.allCases, own(Text(name), state)) {
                let (start, lines) = try journal.lines(from: receiver.taken[queue.rawValue])
                if !lines.isEmpty {
                    return Batch(queue: queue.rawValue, start: start, lines: lines)
                }
            }
            return nil
        }
    }

    /// Takes note that the receiver has taken the first `count` events of a batch.
    ///
    /// False where the rest of the batch was dropped meanwhile: take another.
    package func taken(_ count: Int, of batch: Batch, by name: String) -> Bool {
        state.withLock { state in
            guard var receiver = state.receivers[Text(name)] else { return false }
            let end = batch.start + UInt64(count)
            let isCurrent = receiver.taken[batch.queue] <= end
            receiver.taken[batch.queue] = max(receiver.taken[batch.queue], end)
            state.receivers[Text(name)] = receiver
            return isCurrent
        }
    }

    /// Whether an alert waits for a receiver that is at work on matches.
    package func hasAlert(for name: String) -> Bool {
        state.withLock { state in
            guard let receiver = state.receivers[Text(name)] else { return false }
            return state.journals[0].next > receiver.taken[0]
        }
    }

    /// Writes how far a receiver is, and removes what all have taken.
    package func settle(_ name: String) throws(MonitorStateError) {
        try state.withLock { state throws(MonitorStateError) in
            guard let receiver = state.receivers[Text(name)], receiver.taken != receiver.settled
            else { return }
            try write(Text(name), &state)
            try removeTaken(&state)
        }
    }

    /// The number of events that wait for each receiver, also those that are not on the disk yet.
    package var waiting: [(name: String, count: UInt64)] {
        state.withLock { state in
            let pending = UInt64(state.pending[0].count + state.pending[1].count)
            return state.receivers.map { name, receiver in
                (name.string, Self.waiting(receiver, own(name, state)) + pending)
            }.sorted { $0.name < $1.name }
        }
    }

    /// The journals of one receiver, one for each queue.
    private func own(_ name: Text, _ state: State) -> [EventJournal] {
        state.journals + [state.again[name]].compactMap { $0 }
    }

    private func removeTaken(_ state: inout State) throws(MonitorStateError) {
        for queue in Queue.shared {
            let settled = state.receivers.values.map { $0.settled[queue.rawValue] }.min()
            try state.journals[queue.rawValue].drop(before: settled ?? 0)
        }
        for (name, receiver) in state.receivers {
            try state.again[name]?.drop(before: receiver.settled[Queue.again.rawValue])
        }
    }

    private func write(_ name: Text, _ state: inout State) throws(MonitorStateError) {
        try state.receivers[name]?.write(name, in: folder)
    }
}
