import Auditing
import Encoding
import Synchronization
import TestSupport
import Testing

/// An event is given until it is taken, and one receiver never waits for another.
@Suite struct EventDeliveryTests {
    private let scene: MonitorScene

    init() throws { scene = try MonitorScene() }

    /// The waits, and what was told of the receiver.
    private final class Record: Sendable {
        private let state = Mutex<(waits: [Duration], words: [String])>(([], []))

        var waits: [Duration] { state.withLock { $0.waits } }
        var words: [String] { state.withLock { $0.words } }

        func wait(_ duration: Duration) async {
            state.withLock { $0.waits.append(duration) }
            await Task.yield()
        }

        func take(_ event: DeliveryEvent) {
            state.withLock { state in
                switch event {
                case .failed(_, let words, _): state.words.append(words)
                case .recovered: state.words.append("recovered")
                }
            }
        }
    }

    private func start(
        _ outbox: Outbox, _ receiver: ToldReceiver, _ record: Record = Record()
    ) -> Task<Delivery.End, any Error> {
        Task {
            try await Delivery(
                outbox, to: receiver, sleep: { await record.wait($0) }, spread: { 0 },
                onEvent: { record.take($0) }
            ).run()
        }
    }

    private func words(_ receiver: ToldReceiver) throws -> [String] {
        try receiver.taken.map {
            try #require(try JSON.decode(Array($0.utf8))["words"]?.text?.string)
        }
    }

    @Test func whatFailsIsTriedAgainInItsPlaceWithLongerAndLongerWaits() async throws {
        let outbox = try scene.outbox()
        for name in ["a", "b", "c"] { try outbox.add(MonitorScene.event(name)) }
        try outbox.flush()
        let record = Record()
        let receiver = ToldReceiver { line, count throws(ReceiverFailure) in
            if (2...12).contains(count) { throw ReceiverFailure("is away") }
        }
        let task = start(outbox, receiver, record)
        try await eventually("all is taken") { receiver.taken.count == 3 }
        task.cancel()
        #expect(try await task.value == .stopped)
        #expect(try words(receiver) == ["a", "b", "c"])
        #expect(
            record.waits.map(\.components.seconds) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(record.words.last == "recovered" && record.words.count == 12)
        #expect(try scene.outbox().takeAll().isEmpty)
    }

    @Test func retryAfterIsHonouredWithinALimit() async throws {
        let outbox = try scene.outbox()
        try outbox.add(MonitorScene.event("a"))
        try outbox.flush()
        let record = Record()
        let asked: [Duration?] = [.seconds(90), .zero, .seconds(86_400), nil]
        let receiver = ToldReceiver { _, count throws(ReceiverFailure) in
            guard count > asked.count else {
                throw ReceiverFailure("busy", retryAfter: asked[count - 1])
            }
        }
        let task = start(outbox, receiver, record)
        try await eventually("it is taken") { receiver.taken.count == 1 }
        task.cancel()
        _ = try await task.value
        #expect(record.waits == [.seconds(90), .seconds(2), .seconds(3_600), .seconds(8)])
    }

    @Test func aDeadReceiverStopsNoOther() async throws {
        let names = ["stdout", "webhook-1"]
        let outbox = try scene.outbox(names)
        let dead = ToldReceiver("webhook-1") { _, _ throws(ReceiverFailure) in
            throw ReceiverFailure("is away")
        }
        let alive = ToldReceiver("stdout")
        let tasks = [start(outbox, dead), start(outbox, alive)]
        for number in 0..<200 {
            try outbox.add(MonitorScene.event("\(number)"))
            try outbox.flush()
        }
        try await eventually("one has all") { alive.taken.count == 200 }
        try await eventually("the other is tried") { dead.tries > 3 }
        for task in tasks {
            task.cancel()
            _ = try await task.value
        }
        // A run later it has them all, in order.
        let next = try scene.outbox(names)
        #expect(try next.takeAll("webhook-1") == (0..<200).map { "\($0)" })
        #expect(try next.takeAll("stdout").isEmpty)
    }

    /// Matches wait where an alert comes.
    @Test func anAlertGoesBeforeTheRestOfTheMatches() async throws {
        let outbox = try scene.outbox()
        for number in 0..<100 { try outbox.add(MonitorScene.event("\(number)", kind: .match)) }
        try outbox.flush()
        let receiver = ToldReceiver { _, count throws(ReceiverFailure) in
            guard count == 10 else { return }
            do {
                try outbox.add(MonitorScene.event("alert"))
                try outbox.flush()
            } catch {
                Issue.record(error)
            }
        }
        let task = start(outbox, receiver)
        try await eventually("all is taken") { receiver.taken.count == 101 }
        task.cancel()
        _ = try await task.value
        #expect(try words(receiver).firstIndex(of: "alert") == 10)
        #expect(try words(receiver).filter { $0 != "alert" } == (0..<100).map { "\($0)" })
    }

    @Test func aReceiverThatIsGoneForGoodEndsItsDelivery() async throws {
        let outbox = try scene.outbox()
        for name in ["a", "b"] { try outbox.add(MonitorScene.event(name)) }
        try outbox.flush()
        let receiver = ToldReceiver { _, count throws(ReceiverFailure) in
            if count == 2 { throw ReceiverFailure("nobody reads", isFinal: true) }
        }
        #expect(try await start(outbox, receiver).value == .gone("nobody reads"))
        #expect(try scene.outbox().takeAll() == ["b"])
    }

    @Test func aStopInTheMiddleOfAnEventGivesItAgain() async throws {
        let outbox = try scene.outbox()
        for name in ["a", "b"] { try outbox.add(MonitorScene.event(name)) }
        try outbox.flush()
        let (waits, isThere) = AsyncStream<Void>.makeStream()
        let receiver = ToldReceiver { _, count throws(ReceiverFailure) in
            guard count == 2 else { return }
            isThere.yield()
            // Until the task is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            throw ReceiverFailure("stopped while waiting for an answer")
        }
        let task = start(outbox, receiver)
        for await _ in waits { break }
        task.cancel()
        #expect(try await task.value == .stopped)
        #expect(try scene.outbox().takeAll() == ["b"])
    }
}
