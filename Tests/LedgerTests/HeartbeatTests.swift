import Foundation
import Ledger
import Logging
import Synchronization
import Testing
import TestLedger

/// Whether the writer is alive, as the watchdog asks it.
@Suite(.serialized) struct HeartbeatTests {
    private final class Flag: Sendable {
        private let value = Mutex(false)

        var isSet: Bool { value.withLock { $0 } }

        func set(_ newValue: Bool) { value.withLock { $0 = newValue } }
    }

    /// A clock that holds the sequencer's thread while it is shut: the only caller in no task.
    private struct Gate: Sendable {
        let shut = Flag()

        /// Whether the sequencer stands before it.
        let holds = Flag()

        func now() -> UInt64 {
            let isInTask = unsafe withUnsafeCurrentTask { task in unsafe task != nil }
            while !isInTask, shut.isSet {
                holds.set(true)
                Thread.sleep(forTimeInterval: 0.005)
            }
            return 1_760_000_000
        }
    }

    @Test func aSequencerThatHangsDoesNotAnswerUntilItGoesOn() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        fixture.ledger.close()
        let gate = Gate()
        let ledger = try Ledger.open(
            fixture.options, logger: Logger(label: "test"), clock: { gate.now() })
        defer { ledger.close() }
        await ledger.heartbeat()

        gate.shut.set(true)
        let file = try fixture.capture("a", issuedAt: 1_760_000_000)
        async let registered = ledger.register([file])
        for _ in 0..<2000 where !gate.holds.isSet {
            try await Task.sleep(for: .milliseconds(5))
        }
        try #require(gate.holds.isSet)
        let isAnswered = Flag()
        await withTaskGroup { group in
            group.addTask {
                await ledger.heartbeat()
                isAnswered.set(true)
            }
            try? await Task.sleep(for: .milliseconds(300))
            #expect(!isAnswered.isSet)
            gate.shut.set(false)
        }
        #expect(isAnswered.isSet)
        guard case .registered? = await registered.first else {
            Issue.record("not registered")
            return
        }
    }

    @Test func aLedgerThatIsClosedAnswersAtOnce() async throws {
        let fixture = try LedgerFixture()
        fixture.ledger.close()
        await fixture.ledger.heartbeat()
    }
}
