import Foundation

/// Starts threads that bear a name, by which the system shows what each of them computes.
enum NamedThread {
    /// Runs `body` on a thread of its own.
    ///
    /// Foundation knows a thread from when `start()` has returned, and loses the name of one that
    /// is faster: so the new thread waits for that.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let start = MonotonicCondition()
        let thread = Thread {
            start.withLock {}
            Thread.current.name = name
            body()
        }
        start.withLock { thread.start() }
    }
}
