import Checkpoints
import Encoding
import Merkle
import Synchronization
import TestSupport
import TestWitness
import Testing
import Witnessing

/// Many at once, who all want something else.
@Suite struct WitnessRaceTests {
    /// What was cosigned: the roots of each size.
    private final class Tally: Sendable {
        private let roots = Mutex<[UInt64: Set<Hash>]>([:])

        var all: [UInt64: Set<Hash>] { roots.withLock { $0 } }

        func add(_ head: WitnessedHead) {
            let root = head.signed.claim.root
            roots.withLock { roots in _ = roots[head.size, default: []].insert(root) }
        }
    }

    /// Three histories of one log race for each next size: one wins each, and no size has two
    /// roots.
    @Test func noSizeIsCosignedWithTwoRoots() async throws {
        let log = try WatchedLog("log.example/one")
        let desk = try WitnessDesk(log.line)
        let histories = (0..<3).map { log.forked(at: 0, UInt8($0)) }
        let cosigned = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for racer in 0..<24 {
                let history = histories[racer % histories.count]
                group.addTask {
                    var old: UInt64 = 0
                    for _ in 0..<60 {
                        let size = old + UInt64(racer % 4)
                        switch await desk.ask(try history.request(from: old, to: size)) {
                        case .success(let head):
                            #expect(head.signed.claim.root == history.root(head.size))
                            cosigned.add(head)
                            old = size
                        case .failure(.stale(let latest)): old = latest
                        case .failure(.inconsistent): continue
                        case .failure(let refusal): Issue.record("\(refusal)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let seen = cosigned.all
        #expect(seen.keys.max() ?? 0 > 0)
        #expect(seen.values.allSatisfy { $0.count == 1 })
        // What was cosigned last is what the disk has.
        let latest = try #require(seen.keys.max())
        let again = try desk.reopened()
        let answer = await again.ask(try log.request(from: latest + 1, to: latest + 1))
        #expect(answer == .failure(.stale(latest: latest)))
    }

    /// Of many who extend the same size, to sizes of their own, exactly one is first.
    @Test func oldSizesAreComparedAndSwapped() async throws {
        let log = try WatchedLog("log.example/one")
        let desk = try WitnessDesk(log.line)
        _ = try await desk.ask(log.request(from: 0, to: 5)).get()
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for size in 6..<38 {
                let body = try log.request(from: 5, to: UInt64(size))
                group.addTask {
                    switch await desk.ask(body) {
                    case .success: true
                    case .failure(.stale): false
                    case .failure(let refusal):
                        throw refusal
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 1)
    }

    /// Logs do not wait for each other: hundreds are written with a few syncs.
    @Test func manyLogsShareASync() async throws {
        let logs = try (0..<200).map { try WatchedLog(Text("log.example/\($0)")) }
        let writes = Mutex((count: 0, requests: 0))
        let desk = try WitnessDesk(
            logs.map(\.line).joined(),
            observe: { event in
                guard case .wrote(let requests, _) = event else { return }
                writes.withLock { $0 = ($0.count + 1, $0.requests + requests) }
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for log in logs {
                group.addTask { _ = try await desk.ask(log.request(from: 0, to: 3)).get() }
            }
            try await group.waitForAll()
        }
        let (count, requests) = writes.withLock { $0 }
        #expect(requests == logs.count)
        #expect((1...requests).contains(count))
    }
}
