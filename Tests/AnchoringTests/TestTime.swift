import Anchoring
import Synchronization
import TestSupport

/// Time that goes on when a test says so.
final class TestTime: Sendable {
    /// What every clock of these tests says.
    static let seconds: UInt64 = 1_900_000_000

    private let now = Mutex(Duration.zero)

    func advance(by duration: Duration) { now.withLock { $0 += duration } }

    var clock: ConductorClock {
        ConductorClock(
            seconds: { Self.seconds }, elapsed: { self.now.withLock { $0 } },
            sleepUntil: { end in
                try await eventually("the time \(end)") { self.now.withLock { $0 } >= end }
            })
    }
}
