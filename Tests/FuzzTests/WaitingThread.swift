import Dispatch
import Synchronization

/// A thread of its own for asynchronous work that a synchronous caller waits for.
///
/// The caller may stand on a thread of the common pool: work that needed another thread of that
/// pool could wait for ever.
final class WaitingThread: TaskExecutor {
    private let queue = DispatchQueue(label: "colophon.fuzz.waiting")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Runs `body` to its end.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let ended = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task.detached(executorPreference: WaitingThread()) {
            let value: Result<Value, any Error>
            do {
                value = .success(try await body())
            } catch {
                value = .failure(error)
            }
            result.withLock { $0 = value }
            ended.signal()
        }
        ended.wait()
        guard let value = result.withLock({ $0 }) else {
            preconditionFailure("a task that has signalled has its result")
        }
        return try value.get()
    }
}
