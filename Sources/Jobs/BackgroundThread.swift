/// A thread that works now and then until it is stopped, and ends before the store is closed.
///
/// `@unchecked Sendable`: all state is guarded by the condition's lock.
package final class BackgroundThread: @unchecked Sendable {
    private let condition = MonotonicCondition()
    private var isStopped = false
    private var isRunning = false
    private var hasWork = false

    /// A thread that is not started yet.
    package init() {}

    /// Starts the thread; call once.
    package func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        condition.withLock { isRunning = true }
        NamedThread.start(name) { [self] in
            body()
            condition.withLock {
                isRunning = false
                condition.broadcast()
            }
        }
    }

    /// Waits for so long, or until there is work; false, at once, where the thread is to end.
    package func sleep(_ seconds: Double) -> Bool {
        sleep(until: .now + .seconds(seconds))
    }

    /// Waits until there is work; false, at once, where the thread is to end.
    package func sleep() -> Bool {
        sleep(until: nil)
    }

    private func sleep(until limit: ContinuousClock.Instant?) -> Bool {
        condition.withLock {
            while !isStopped, !hasWork {
                guard let limit else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: limit) { break }
            }
            hasWork = false
            return !isStopped
        }
    }

    /// Waits for so long, whether there is work or not; returns at once where the thread is to end.
    package func rest(_ duration: Duration) {
        guard duration > .zero else { return }
        let limit = ContinuousClock.now + duration
        condition.withLock {
            while !isStopped, condition.wait(until: limit) {}
        }
    }

    /// Says that there is work: ends the sleep, this one or the next.
    package func wakeUp() {
        condition.withLock {
            hasWork = true
            condition.broadcast()
        }
    }

    /// Whether the thread is to end.
    package var isStopping: Bool { condition.withLock { isStopped } }

    /// Stops the thread, and returns when it has ended; stopping again does nothing.
    ///
    /// - Parameter interrupt: ends what the thread may be waiting for elsewhere.
    package func stop(_ interrupt: () -> Void = {}) {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
        interrupt()
        condition.withLock {
            while isRunning { condition.wait() }
        }
    }
}
