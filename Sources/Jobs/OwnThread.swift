import Synchronization

/// Runs work that keeps a thread busy or waits for a disk, on a thread of its own.
///
/// The cooperative pool has as many threads as the machine has cores: none of them may be held for
/// seconds, or nothing else goes on.
package enum OwnThread {
    /// Runs `body` and returns what it does; the task that asks waits without a thread.
    ///
    /// What `body` holds is let go of before this returns: a lock that it had the last hold of is
    /// free then.
    ///
    /// - Parameter body: may ask whether that task was cancelled, and ends soon after; nobody else
    ///   ends it.
    package static func run<Value: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let work = Work(body)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                NamedThread.start(name) {
                    let result = work.run()
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            work.cancel()
        }
    }

    /// A piece of work, and whether it is wanted still.
    private final class Work<Value: Sendable>: Sendable {
        typealias Body = @Sendable (@escaping @Sendable () -> Bool) throws -> Value

        private let body: Mutex<Body?>
        private let isCancelled = Mutex(false)

        init(_ body: @escaping Body) {
            self.body = Mutex(body)
        }

        /// Runs the body, once, and lets go of it.
        func run() -> Result<Value, any Error> {
            guard let body = body.withLock({ $0.take() }) else {
                preconditionFailure("a piece of work is run once")
            }
            return Result { try body { [self] in isCancelled.withLock { $0 } } }
        }

        func cancel() {
            isCancelled.withLock { $0 = true }
        }
    }
}
