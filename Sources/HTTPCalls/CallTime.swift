import Synchronization

/// The time that one call has left: what ends a service that drips.
///
/// Time runs out at the earlier of two moments. The first is `answerTimeout` ahead when a request
/// begins, and moves on with each byte, up or down, by what it takes at `lowestRate`; but never
/// further ahead than what buffers on the way can hide. The second is fixed for the whole call.
/// Our own work on an answer costs none of either.
package final class CallTime: Sendable {
    /// The wait in which the time ran out.
    enum Cut: Hashable {
        case head
        case upload(rate: Int)
        case answer(rate: Int)
        case end

        var reason: String {
            switch self {
            case .head: "no answer in time"
            case .upload(let rate): "it takes less than \(rate) bytes a second"
            case .answer(let rate): "its answer comes with less than \(rate) bytes a second"
            case .end: "it took too long in all"
            }
        }
    }

    private struct State {
        /// When the request is given up, unless bytes move until then.
        var patience: ContinuousClock.Instant

        /// When the call is given up.
        var end: ContinuousClock.Instant

        /// Since when we do work of our own.
        var paused: ContinuousClock.Instant?

        var isUploading = false
        var isAnswering = false
        var cut: Cut?

        var isOver: ContinuousClock.Instant { min(patience, end) }
    }

    private let options: CallOptions
    private let state: Mutex<State>

    /// Starts the time of a call that sends so many bytes.
    init(_ options: CallOptions, sending byteCount: Int) {
        self.options = options
        let now = ContinuousClock.now
        let sending = Self.time(for: byteCount, at: options.lowestRate)
        state = Mutex(State(patience: now, end: now + options.totalTime + sending))
    }

    private static func time(for byteCount: Int, at rate: Int) -> Duration {
        .seconds(Double(byteCount) / Double(max(1, rate)))
    }

    /// Why the newest request was given up; nil where it was not.
    var cut: Cut? { state.withLock { $0.cut } }

    /// Whether the call has time for a wait.
    func allows(_ wait: Duration) -> Bool {
        state.withLock { ContinuousClock.now + wait < $0.end }
    }

    /// Counts bytes that the connection has taken; `isLast` ends the upload.
    func sent(_ byteCount: Int, isLast: Bool) {
        state.withLock { state in
            move(byteCount, &state)
            state.isUploading = !isLast
        }
    }

    /// Takes note that the head of the answer is there.
    func answering() {
        state.withLock { $0.isAnswering = true }
    }

    /// Counts bytes of the answer.
    func received(_ byteCount: Int) {
        state.withLock { move(byteCount, &$0) }
    }

    private func move(_ byteCount: Int, _ state: inout State) {
        let furthest =
            ContinuousClock.now + options.answerTimeout
            + Self.time(for: CallLimit.bufferedBytes, at: options.lowestRate)
        let later = state.patience + Self.time(for: byteCount, at: options.lowestRate)
        state.patience = max(state.patience, min(later, furthest))
    }

    /// Does work of our own, which the service is not to answer for; nothing where time is out.
    package func own(_ work: () async -> Void) async -> Bool {
        let isInTime = state.withLock { state in
            guard state.cut == nil else { return false }
            state.paused = .now
            return true
        }
        guard isInTime else { return false }
        await work()
        state.withLock { state in
            guard let paused = state.paused else { return }
            let taken = ContinuousClock.now - paused
            state.patience += taken
            state.end += taken
            state.paused = nil
        }
        return true
    }

    /// Runs one request, and cancels it when its time is out.
    func run<Value: Sendable>(
        _ request: @escaping @Sendable () async -> Value
    ) async -> Value {
        state.withLock { state in
            state.patience = .now + options.answerTimeout
            (state.isUploading, state.isAnswering, state.cut) = (false, false, nil)
        }
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await request() }
            group.addTask {
                await self.untilOver()
                return nil
            }
            var value: Value?
            // The request ends first, or the time; what is left is cancelled, and ends too.
            for await ended in group {
                value = ended ?? value
                group.cancelAll()
            }
            guard let value else { preconditionFailure("a request always ends with a value") }
            return value
        }
    }

    /// Waits until time is out, or until the task is cancelled.
    private func untilOver() async {
        while let wait = left() {
            do {
                try await Task.sleep(for: wait)
            } catch {
                return
            }
        }
    }

    /// Returns how long to wait before asking again; nil where time is out.
    private func left() -> Duration? {
        state.withLock { state in
            let now = state.paused ?? .now
            guard state.isOver <= now, state.paused == nil else {
                return max(state.isOver - now, Self.shortestWait)
            }
            let rate = options.lowestRate
            state.cut =
                if state.end <= now { .end } else if state.isUploading {
                    .upload(rate: rate)
                } else { state.isAnswering ? .answer(rate: rate) : .head }
            return nil
        }
    }

    /// While work of our own goes on time stands still; looking more often would be busy.
    private static let shortestWait: Duration = .milliseconds(20)
}
