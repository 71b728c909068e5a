import Jobs
import Synchronization

/// Requests that wait until a head is published that covers their entry, each for a while.
///
/// None of them keeps a thread or a task: what they wait for calls them. One thread, which sleeps
/// until the next of them has waited long enough, is there for all.
final class PublicationWatch: Sendable {
    /// Requests that wait at most: as many as there are connections.
    ///
    /// More are told at once that their entry is not published yet.
    private static let waitingLimit = 10_000

    private struct Waiting {
        let index: UInt64
        let deadline: ContinuousClock.Instant
        let done: @Sendable () -> Void
    }

    private struct State {
        /// Size of the newest head that anyone may see.
        var size: UInt64
        var waiting: [Waiting] = []
        /// No deadline of those is earlier; nil where the thread sleeps until it is woken.
        var next: ContinuousClock.Instant?
        var isStopped = false
    }

    private let state: Mutex<State>
    private let thread = BackgroundThread()

    /// `size` is that of the newest head that anyone may see.
    init(size: UInt64) {
        state = Mutex(State(size: size))
    }

    /// Starts the thread; call once.
    func start() {
        thread.start("publication") { [self] in
            while true {
                let next = endOverdue()
                let goesOn = next.map { thread.sleep(Self.seconds(until: $0)) } ?? thread.sleep()
                if !goesOn { return }
            }
        }
    }

    /// Calls all who wait, now and later at once, and returns when the thread has ended.
    func stop() {
        let left = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in left { waiting.done() }
        thread.stop()
    }

    /// Calls `done`, once: when a head is published that covers the entry, when `deadline` has
    /// come, or at once where too many wait.
    ///
    /// It must not keep the thread that calls it.
    func wait(
        for index: UInt64, until deadline: ContinuousClock.Instant,
        _ done: @escaping @Sendable () -> Void
    ) {
        let (isTaken, isNext) = state.withLock { state -> (Bool, Bool) in
            guard index >= state.size, !state.isStopped, deadline > .now,
                state.waiting.count < Self.waitingLimit
            else { return (false, false) }
            state.waiting.append(Waiting(index: index, deadline: deadline, done: done))
            guard state.next.map({ deadline < $0 }) ?? true else { return (true, false) }
            state.next = deadline
            return (true, true)
        }
        if !isTaken { done() }
        // The thread sleeps until a later one.
        if isNext { thread.wakeUp() }
    }

    /// Says that a head of this size is published.
    func rise(to size: UInt64) {
        end { state in
            guard size > state.size else { return nil }
            state.size = size
            return { $0.index < size }
        }
    }

    /// Calls those who have waited long enough; returns when the next one has.
    private func endOverdue() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        end { _ in { $0.deadline <= now } }
        return state.withLock { state in
            // A batch has waited since it began, so a later one may have the earlier deadline.
            state.next = state.waiting.lazy.map(\.deadline).min()
            return state.next
        }
    }

    private func end(_ choose: (inout State) -> ((Waiting) -> Bool)?) {
        let due = state.withLock { state -> [Waiting] in
            guard let isDue = choose(&state), !state.waiting.isEmpty else { return [] }
            let due = state.waiting.filter(isDue)
            if !due.isEmpty { state.waiting.removeAll(where: isDue) }
            return due
        }
        for waiting in due { waiting.done() }
    }

    private static func seconds(until instant: ContinuousClock.Instant) -> Double {
        let (seconds, rest) = (instant - .now).components
        return Double(seconds) + Double(rest) / 1e18
    }
}
