import HTTPService
import Jobs
import Synchronization
import Testing
import TestSupport

/// Answers are made one at a time, and what waits is bounded: for all, and for each client.
@Suite struct ReaderQueueTests {
    private static let limits = ReaderQueue.Limits.pages

    private static func network(_ last: Int) throws -> IPAddress.Network {
        try #require(IPAddress("192.0.2.\(last)")).network
    }

    /// Occupies the thread until the gate is opened.
    private static func block(_ queue: ReaderQueue) async throws -> Gate {
        let gate = Gate(isShut: true)
        #expect(queue.take(for: nil) { gate.pass() })
        try await eventually("the thread makes a page") { gate.held == 1 }
        return gate
    }

    @Test func aClientHasNoMoreThanItsShareAndOthersStillHaveTheirs() async throws {
        let queue = ReaderQueue("test", Self.limits) { false }
        let gate = try await Self.block(queue)
        let done = Mutex(0)
        let greedy = try Self.network(1)
        for _ in 0..<Self.limits.ofClient {
            #expect(queue.take(for: greedy) { done.withLock { $0 += 1 } })
        }
        #expect(!queue.take(for: greedy) {})
        #expect(queue.take(for: try Self.network(2)) { done.withLock { $0 += 1 } })
        gate.open()
        queue.stop()
        #expect(done.withLock { $0 } == Self.limits.ofClient + 1)
    }

    /// However much one has asked for before.
    @Test func clientsTakeTurns() async throws {
        let queue = ReaderQueue("test", .files) { false }
        let gate = try await Self.block(queue)
        let order = Mutex<[Int]>([])
        for (client, count) in [(1, 32), (2, 3), (3, 1)] {
            let network = try Self.network(client)
            for _ in 0..<count {
                #expect(queue.take(for: network) { order.withLock { $0.append(client) } })
            }
        }
        gate.open()
        queue.stop()
        let first = [1, 2, 3, 1, 2, 1, 2]
        #expect(order.withLock { $0 } == first + Array(repeating: 1, count: 36 - first.count))
    }

    /// So many clients as would fill the queue with their parts leave room for others.
    @Test func aClientHasNoMoreThanIsFree() async throws {
        let queue = ReaderQueue("test", .files) { false }
        let gate = try await Self.block(queue)
        let limits = ReaderQueue.Limits.files
        for client in 0..<limits.all / limits.ofClient {
            let network = try Self.network(client)
            while queue.take(for: network, {}) {}
        }
        for client in 100..<104 { #expect(queue.take(for: try Self.network(client)) {}) }
        gate.open()
        queue.stop()
    }

    @Test func whatWaitsIsBoundedAndNothingTakenIsLost() async throws {
        let queue = ReaderQueue("test", Self.limits) { false }
        let gate = try await Self.block(queue)
        let done = Mutex(0)
        var taken = 0
        for client in 0..<200 {
            if queue.take(for: try Self.network(client), { done.withLock { $0 += 1 } }) {
                taken += 1
            }
        }
        #expect(taken == Self.limits.all)
        gate.open()
        queue.stop()
        #expect(done.withLock { $0 } == taken)
        #expect(!queue.take(for: nil) {})
    }

    /// An answer of the test: when it ended, how long the thread has to rest then, and when the
    /// next one began.
    private struct Made {
        let begin: ContinuousClock.Instant
        let end: ContinuousClock.Instant
        let rest: Duration
    }

    @Test func whileOthersNeedTheProcessorsTheThreadRestsAfterEachAnswer() async throws {
        let queue = ReaderQueue("test", Self.limits) { true }
        defer { queue.stop() }
        let made = Mutex<[Made]>([])
        for _ in 0..<4 {
            let isTaken = queue.take(for: nil) {
                let begin = ContinuousClock.now
                let rest = ReaderShare { true }.rest { ReaderShareTests.compute() }
                made.withLock { $0.append(Made(begin: begin, end: .now, rest: rest)) }
            }
            #expect(isTaken)
        }
        try await eventually("all are made") { made.withLock { $0.count } == 4 }
        for (one, next) in made.withLock({ zip($0, $0.dropFirst()).map { ($0, $1) } }) {
            #expect(next.begin - one.end >= one.rest)
        }
    }

    @Test func aThreadThatRestsEndsAtOnceAndLosesNothing() async throws {
        let asked = Mutex(0)
        let queue = ReaderQueue("test", Self.limits) {
            asked.withLock { $0 += 1 }
            return true
        }
        let done = Mutex(0)
        for client in 0..<Self.limits.all {
            let isTaken = queue.take(for: try Self.network(client)) {
                ReaderShareTests.compute()
                done.withLock { $0 += 1 }
            }
            #expect(isTaken)
        }
        try await eventually("it rests after one") { asked.withLock { $0 } > 0 }
        queue.stop()
        #expect(done.withLock { $0 } == Self.limits.all)
    }
}
