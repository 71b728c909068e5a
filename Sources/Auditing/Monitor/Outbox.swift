internal import Encoding
package import Files
internal import Synchronization

/// What a monitor has to tell, on the disk until each receiver has taken it (audit.md §5).
///
///     monitor/alerts-....jsonl     alerts, which no number of matches drives out
///     monitor/matches-....jsonl    entries that somebody watches for
///     monitor/NAME.receiver.json   how far the receiver NAME has taken them
///
/// What is added is durable when ``flush()`` returns, and is given to each receiver until it has
/// taken it. A crash at any moment leaves events that are told again, and none that is not told:
/// whoever commits a place in the log calls ``flush()`` before. A receiver that takes nothing stops
/// no other; where more waits for it than there may, the oldest are dropped for it, and an event
/// says how many.
package final class Outbox: Sendable {
    /// One of the two queues.
    private enum Queue: Int, CaseIterable {
        case alerts, matches

        var name: String { self == .alerts ? "alerts" : "matches" }
    }

    /// Limits of the two queues.
    package struct Limits: Sendable {
        /// Events that wait for one receiver in each queue.
        package var alerts = MonitorLimit.waitingAlerts
        package var matches = MonitorLimit.waitingMatches

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
        var journals: [EventJournal]
        var receivers: [Text: Receiver]

        /// Added, and not yet on the disk.
        var pending: [[String]] = [[], []]
        var pendingBytes = 0
        var signals: [AsyncStream<Void>.Continuation] = []
    }

    /// How far one receiver is, in each queue.
    private struct Receiver {
        var taken: [UInt64]

        /// The same, as the disk has it.
        var settled: [UInt64]

        /// How many it did not take in time.
        var dropped: UInt64
    }

    private let folder: Folder
    private let limits: Limits
    private let tellDropped: @Sendable (_ receiver: String, UInt64) -> MonitorEvent
    private let state: Mutex<State>

    /// Opens what a monitor has to tell; nobody else may have the folder open.
    ///
    /// A receiver that is new begins with what comes from now on. One that is not named any more is
    /// forgotten, and ``forgotten`` says so.
    ///
    /// - Parameters:
    ///   - receivers: their names, each once, which stand in names of files.
    ///   - tellDropped: makes the event that says how many a receiver did not take in time.
    package init(
        _ folder: Folder, receivers names: [String], limits: Limits = Limits(),
        tellDropped: @escaping @Sendable (_ receiver: String, UInt64) -> MonitorEvent
    ) throws(MonitorStateError) {
        let known = try Self.readReceivers(folder)
        let starts = Queue.allCases.map { queue in
            known.values.map { $0.taken[queue.rawValue] }.max() ?? 0
        }
        var journals: [EventJournal] = []
        for queue in Queue.allCases {
            journals.append(
                try EventJournal(queue.name, in: folder, startingAt: starts[queue.rawValue]))
        }
        var receivers: [Text: Receiver] = [:]
        for name in names {
            var receiver =
                known[Text(name)]
                ?? Receiver(taken: journals.map(\.next), settled: [0, 0], dropped: 0)
            // What somebody removed by hand is waited for no more.
            receiver.taken = zip(journals, receiver.taken).map { journal, taken in
                min(max(taken, journal.first), journal.next)
            }
            receivers[Text(name)] = receiver
        }
        forgotten = known.compactMap { name, receiver in
            guard receivers[name] == nil else { return nil }
            let waiting = zip(journals, receiver.taken).reduce(0) { sum, pair in
                sum + pair.0.next - min(pair.0.next, pair.1)
            }
            return (name.string, waiting)
        }
        self.folder = folder
        self.limits = limits
        self.tellDropped = tellDropped
        state = Mutex(State(journals: journals, receivers: receivers))
        for (name, _) in forgotten { try Self.forget(name, folder) }
        // Who has no file begins anew at each start, behind what was not taken.
        try state.withLock { state throws(MonitorStateError) in
            for name in names { try write(Text(name), &state) }
            try removeTaken(&state)
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
            for queue in Queue.allCases {
                try state.journals[queue.rawValue].append(state.pending[queue.rawValue])
                state.pending[queue.rawValue] = []
            }
            state.pendingBytes = 0
            try dropExcess(&state)
            for signal in state.signals { signal.yield() }
        }
    }

    /// Drops for each receiver the oldest of what is more than may wait for it: a tenth of all at
    /// once, so that not each event brings another that says so.
    private func dropExcess(_ state: inout State) throws(MonitorStateError) {
        var events: [String] = []
        for (name, receiver) in state.receivers {
            var receiver = receiver
            var dropped: UInt64 = 0
            for queue in Queue.allCases {
                let limit = queue == .alerts ? limits.alerts : limits.matches
                let next = state.journals[queue.rawValue].next
                let taken = receiver.taken[queue.rawValue]
                guard next - taken > limit else { continue }
                let kept = next - (limit - limit / 10)
                dropped += kept - taken
                receiver.taken[queue.rawValue] = kept
            }
            guard dropped > 0 else { continue }
            receiver.dropped += dropped
            state.receivers[name] = receiver
            events.append(tellDropped(name.string, receiver.dropped).line)
        }
        guard !events.isEmpty else { return }
        // First that it is told, then that they are gone.
        try state.journals[Queue.alerts.rawValue].append(events)
        for name in state.receivers.keys { try write(name, &state) }
        try removeTaken(&state)
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
            for queue in Queue.allCases {
                let (start, lines) = try state.journals[queue.rawValue].lines(
                    from: receiver.taken[queue.rawValue])
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
                let waiting = zip(state.journals, receiver.taken).reduce(0) { sum, pair in
                    sum + pair.0.next - min(pair.0.next, pair.1)
                }
                return (name.string, waiting + pending)
            }.sorted { $0.name < $1.name }
        }
    }

    private func removeTaken(_ state: inout State) throws(MonitorStateError) {
        for queue in Queue.allCases {
            let settled = state.receivers.values.map { $0.settled[queue.rawValue] }.min()
            try state.journals[queue.rawValue].drop(before: settled ?? 0)
        }
    }

    // MARK: - The file of a receiver

    private static let suffix = ".receiver.json"

    /// Bytes of such a file: three numbers.
    private static let fileBytes = 1 << 10

    private func write(_ name: Text, _ state: inout State) throws(MonitorStateError) {
        guard let receiver = state.receivers[name] else { return }
        let object: JSON = [
            "alerts": .integer(Int64(clamping: receiver.taken[0])),
            "matches": .integer(Int64(clamping: receiver.taken[1])),
            "dropped": .integer(Int64(clamping: receiver.dropped)),
        ]
        do throws(FileError) {
            try folder.write(
                object.encoded(), to: name.string + Self.suffix, .replacing(.secret))
        } catch {
            throw .file(error)
        }
        state.receivers[name]?.settled = receiver.taken
    }

    private static func forget(_ name: String, _ folder: Folder) throws(MonitorStateError) {
        do throws(FileError) {
            try folder.remove(name + suffix)
        } catch {
            throw .file(error)
        }
    }

    private static func readReceivers(
        _ folder: Folder
    ) throws(MonitorStateError) -> [Text: Receiver] {
        var receivers: [Text: Receiver] = [:]
        do throws(FileError) {
            for name in try folder.names() where name.hasSuffix(suffix) {
                let bytes = try folder.read(name, limit: fileBytes) ?? []
                guard let receiver = receiver(in: bytes) else {
                    throw FileError(folder.path(of: name), .changed)
                }
                receivers[Text(String(name.dropLast(suffix.utf8.count)))] = receiver
            }
        } catch {
            throw error.reason == .changed
                ? .damaged(error.path, "is not what a monitor left: remove it") : .file(error)
        }
        return receivers
    }

    private static func receiver(in bytes: [UInt8]) -> Receiver? {
        guard let json = try? JSON.decode(bytes),
            let alerts = json["alerts"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let matches = json["matches"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let dropped = json["dropped"]?.integer.flatMap({ UInt64(exactly: $0) })
        else { return nil }
        return Receiver(
            taken: [alerts, matches], settled: [alerts, matches], dropped: dropped)
    }
}
