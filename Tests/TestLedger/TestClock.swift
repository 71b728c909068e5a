import Synchronization

/// A clock that tests move.
package final class TestClock: Sendable {
    private let seconds = Mutex<UInt64>(1_760_000_000)

    package var now: UInt64 { seconds.withLock { $0 } }

    package func advance(by delta: Int64) {
        seconds.withLock { $0 = UInt64(Int64($0) + delta) }
    }
}
