import Auditing
import Foundation
import Synchronization

/// Standard output as a receiver of events: a JSON object a line.
struct StreamReceiver: EventReceiver {
    let name = "stdout"

    private let console: Console

    /// A reader that takes nothing holds this queue, and no thread that others need.
    private let queue = DispatchQueue(label: "standard output")

    init(_ console: Console) { self.console = console }

    func take(_ line: String) async throws(ReceiverFailure) {
        let work = LineWork()
        queue.async { work.end(console.delivers(line) ? .written : .refused) }
        switch await work.wait() {
        case .written: return
        case .refused:
            throw ReceiverFailure("nobody reads standard output any more", isFinal: true)
        case .left: throw ReceiverFailure("was not read to its end")
        }
    }
}

/// A line that is being written, to a reader who may never take it.
private final class LineWork: Sendable {
    enum End {
        case written, refused

        /// The task was cancelled: nobody waits for the reader.
        case left
    }

    private enum State {
        case begun
        case awaited(CheckedContinuation<End, Never>)
        case ended(End)
    }

    private let state = Mutex(State.begun)

    /// Says how it ended; what comes first counts.
    func end(_ end: End) {
        let waiting = state.withLock { state -> CheckedContinuation<End, Never>? in
            switch state {
            case .begun:
                state = .ended(end)
                return nil
            case .awaited(let continuation):
                state = .ended(end)
                return continuation
            case .ended: return nil
            }
        }
        waiting?.resume(returning: end)
    }

    /// Returns once it has ended, or the task is cancelled; for one caller.
    func wait() async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let end = state.withLock { state -> End? in
                    if case .ended(let end) = state { return end }
                    state = .awaited(continuation)
                    return nil
                }
                if let end { continuation.resume(returning: end) }
            }
        } onCancel: {
            end(.left)
        }
    }
}
