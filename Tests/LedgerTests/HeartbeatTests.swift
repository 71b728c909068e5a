import Foundation
import Ledger
import Logging
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Whether the writer is alive, as the watchdog asks it.
@Suite(.serialized) struct HeartbeatTests {
    private final class Flag: Sendable {
        private let value = Mutex(false)

        var isSet: Bool { value.withLock { $0 } }

        func set(_ newValue: Bool) { value.withLock { $0 = newValue } }
    }

    /// A clock that holds the sequencer's thread at a gate: the only caller in no task.
    private static func now(behind gate: Gate) -> UInt64 {
        let isInTask = unsafe withUnsafeCurrentTask { task in unsafe task != nil }
        if !isInTask { gate.pass() }
        return 1_760_000_000
    }

    @Test func aSequencerThatHangsDoesNotAnswerUntilItGoesOn() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        fixture.ledger.close()
        let gate = Gate(isShut: false)
        let ledger = try Ledger.open(
            fixture.options, logger: Logger(label: "test"), clock: { Self.now(behind: gate) })
        defer { ledger.close() }
        await ledger.heartbeat()

        gate.shut()
        let file = try fixture.capture("a", issuedAt: 1_760_000_000)
        async let registered = ledger.register([file])
        try await eventually("the sequencer stands at the gate") { gate.held > 0 }
        let isAnswered = Flag()
        await withTaskGroup { group in
            group.addTask {
                await ledger.heartbeat()
                isAnswered.set(true)
            }
            try? await pause(atLeast: .milliseconds(300))
            #expect(!isAnswered.isSet)
            gate.open()
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
