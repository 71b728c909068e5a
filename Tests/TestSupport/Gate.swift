import Foundation

/// Holds the threads that come to it until it is opened; it can be shut and opened again.
package final class Gate: @unchecked Sendable {
    // All state is guarded by the lock of a condition.
    private let condition = NSCondition()
    private var isShut: Bool
    private var waiting = 0

    package init(isShut: Bool) { self.isShut = isShut }

    /// The number of threads that it holds.
    package var held: Int { condition.withLock { waiting } }

    /// Holds whoever comes from now on.
    package func shut() { condition.withLock { isShut = true } }

    /// Lets all go on.
    package func open() {
        condition.withLock {
            isShut = false
            condition.broadcast()
        }
    }

    /// Returns once the gate is open.
    package func pass() {
        condition.withLock {
            waiting += 1
            while isShut { condition.wait() }
            waiting -= 1
        }
    }
}
