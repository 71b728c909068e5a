import Foundation
import Synchronization

/// Runs work that keeps a thread busy or waits for a disk, on a thread of its own.
///
/// The cooperative pool has as many threads as the machine has cores: none of them may be held for
/// seconds, or nothing else goes on.
package enum OwnThread {
    /// Runs `body` and returns what it does; the task that asks waits without a thread.
    ///
    /// - Parameter body: may ask whether that task was cancelled, and ends soon after; nobody else
    ///   ends it.
    package static func run<Value: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    continuation.resume(with: Result { try body { cancellation.isThere } })
                }
                thread.name = name
                thread.start()
            }
        } onCancel: {
            cancellation.come()
        }
    }

    /// Whether a task was cancelled, for a thread that is none of it.
    private final class Cancellation: Sendable {
        private let flag = Mutex(false)

        var isThere: Bool { flag.withLock { $0 } }

        func come() {
            flag.withLock { $0 = true }
        }
    }
}
