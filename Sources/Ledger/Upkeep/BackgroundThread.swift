import Foundation
import Synchronization

/// A thread that works now and then until it is stopped, and ends before the store is closed.
final class BackgroundThread: Sendable {
    private let isStopped = Atomic(false)
    private let isStarted = Atomic(false)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread; call once.
    func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        isStarted.store(true, ordering: .sequentiallyConsistent)
        let thread = Thread { [self] in
            body()
            ended.signal()
        }
        thread.name = name
        thread.start()
    }

    /// Waits; false, at once, where the thread is to end.
    func sleep(_ seconds: Double) -> Bool {
        guard !isStopping else { return false }
        _ = wake.wait(timeout: .now() + seconds)
        return !isStopping
    }

    /// Whether the thread is to end.
    var isStopping: Bool { isStopped.load(ordering: .sequentiallyConsistent) }

    /// Stops the thread, and returns when it has ended; stopping again does nothing.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wake.signal()
        guard isStarted.load(ordering: .sequentiallyConsistent) else { return }
        ended.wait()
        ended.signal()
    }
}
