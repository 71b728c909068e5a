import Auditing
import Encoding
import Files
import Synchronization
import TestSupport

/// A folder of a monitor, and what its receivers have taken.
final class MonitorScene: Sendable {
    static let origin: Text = "ledger.example/prints"

    private let root: TemporaryFolder
    let path: String

    init() throws {
        root = try TemporaryFolder("monitor", in: TemporaryFolder.memory)
        path = root.path("monitor")
        _ = try Folder(root.path).folder(making: "monitor", .secret)
    }

    /// The folder, opened anew, as a process that starts does.
    func folder() throws -> Folder { try Folder(path) }

    /// The names of its files.
    func names() throws -> [String] { try folder().names().sorted() }

    /// All that its files hold.
    func text() throws -> String {
        let folder = try folder()
        return try names().map {
            String(decoding: try folder.read($0, limit: 1 << 26) ?? [], as: UTF8.self)
        }
        .joined()
    }

    func outbox(
        _ receivers: [String] = ["stdout"], limits: Outbox.Limits = Outbox.Limits()
    ) throws -> Outbox {
        try Outbox(
            folder(), receivers: receivers, limits: limits,
            words: Outbox.Words { receiver, count in
                Self.event("dropped", kind: .dropped, words: "\(receiver) lost \(count)")
            } owed: { receiver, entry in
                Self.event("owed", kind: .owed, words: "\(receiver) is owed from \(entry)")
            })
    }

    func monitor(
        _ options: Monitor.Options = Monitor.Options(), receivers: [String] = ["stdout"],
        clock: ManualClock = ManualClock()
    ) throws -> Monitor {
        try Monitor(folder(), of: Self.origin, at: 0, options, receivers: receivers) { clock.now }
    }

    /// An event whose words and key are the same.
    static func event(
        _ key: String, kind: MonitorEvent.Kind = .finding, words: String? = nil
    ) -> MonitorEvent {
        MonitorEvent(kind, of: origin, key: key, time: 1_764_000_000, words: words ?? key)
    }

    /// The match of an entry, whose words are its index.
    static func match(_ entry: UInt64) -> MonitorEvent {
        MonitorEvent(
            .match, of: origin, key: "\(entry)", time: 1_764_000_000, words: "\(entry)",
            [("entry", .integer(Int64(clamping: entry)))])
    }
}

/// A clock that stands until it is set.
final class ManualClock: Sendable {
    private let seconds: Mutex<UInt64>

    init(_ start: UInt64 = 1_764_000_000) { seconds = Mutex(start) }

    var now: UInt64 { seconds.withLock { $0 } }

    func advance(_ count: UInt64) { seconds.withLock { $0 += count } }
}

extension Outbox {
    /// Takes all that waits for a receiver, and returns the words of each event.
    func takeAll(_ receiver: String = "stdout") throws -> [String] {
        var words: [String] = []
        while let batch = try batch(for: receiver) {
            words += try batch.lines.map {
                try JSON.decode(Array($0.utf8))["words"]?.text?.string ?? ""
            }
            guard taken(batch.lines.count, of: batch, by: receiver) else { break }
        }
        try settle(receiver)
        return words
    }
}

/// A receiver that does as it is told, and keeps what it has taken.
final class ToldReceiver: EventReceiver {
    let name: String
    private let answer:
        @Sendable (_ line: String, _ count: Int) async throws(ReceiverFailure) -> Void
    private let state = Mutex<(tries: Int, taken: [String])>((0, []))

    init(
        _ name: String = "stdout",
        _ answer: @escaping @Sendable (String, Int) async throws(ReceiverFailure) -> Void = {
            _, _ in
        }
    ) {
        (self.name, self.answer) = (name, answer)
    }

    var taken: [String] { state.withLock { $0.taken } }
    var tries: Int { state.withLock { $0.tries } }

    func take(_ line: String) async throws(ReceiverFailure) {
        let count = state.withLock { state in
            state.tries += 1
            return state.tries
        }
        try await answer(line, count)
        state.withLock { $0.taken.append(line) }
    }
}

/// Counts.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    @discardableResult
    func add() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
