import Foundation
import Synchronization

/// A clock for ledgers: it stands until a test moves it, or goes as the system's does.
package final class TestClock: Sendable {
    /// Where it stands; nil where it is the system's.
    private let seconds: Mutex<UInt64?>

    /// Called before each look.
    private let asked: @Sendable () -> Void

    /// A clock that stands at this second, by POSIX time.
    package init(at second: UInt64 = 1_760_000_000, asked: @escaping @Sendable () -> Void = {}) {
        seconds = Mutex(second)
        self.asked = asked
    }

    private init(following system: Void) {
        seconds = Mutex(nil)
        asked = {}
    }

    /// The system's clock.
    package static let system = TestClock(following: ())

    package var now: UInt64 {
        asked()
        return seconds.withLock { $0 } ?? UInt64(Date.now.timeIntervalSince1970)
    }

    /// Moves the clock, which must be one that stands.
    package func advance(by delta: Int64) {
        seconds.withLock { seconds in
            guard let second = seconds else {
                preconditionFailure("the system's clock is not ours")
            }
            seconds = UInt64(Int64(second) + delta)
        }
    }
}
