import Synchronization

/// Shows how far a long step has come: on a terminal only, and only after a second.
final class ProgressLine: Sendable {
    private struct State {
        var started: ContinuousClock.Instant?
        var shown: ContinuousClock.Instant?
    }

    private let console: Console
    private let isShown: Bool
    private let state = Mutex(State())

    init(_ console: Console) {
        self.console = console
        isShown = console.showsProgress
    }

    /// Tells that `done` of `total` are done; cheap where nothing is to be shown.
    func report(_ what: String, _ done: UInt64, of total: UInt64) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let started = state.started ?? now
            state.started = started
            let last = state.shown ?? started
            let wait: Duration = state.shown == nil ? .seconds(1) : .milliseconds(200)
            guard now - last >= wait else { return false }
            state.shown = now
            return true
        }
        guard isDue else { return }
        let share = total == 0 ? 100 : min(100, done * 100 / total)
        console.progress("\(what): \(share) %")
    }

    /// Removes the line, so that what follows stands alone.
    func clear() {
        guard isShown else { return }
        let wasShown = state.withLock { state in
            defer { state = State() }
            return state.shown != nil
        }
        if wasShown { console.progress(nil) }
    }
}
