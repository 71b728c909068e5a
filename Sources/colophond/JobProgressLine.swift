import Jobs
import Ledger
import Synchronization

/// Shows how far a long step has come: on a terminal only, and only after a second.
final class JobProgressLine: Sendable {
    private struct State {
        let started = ContinuousClock.now
        var shown: ContinuousClock.Instant?
    }

    private let isShown = Output.showsProgress
    private let state = Mutex(State())

    /// The progress that is passed to the work.
    var progress: JobProgress {
        JobProgress { [self] step in
            show(step)
            return true
        }
    }

    /// Removes the line, so that what follows stands alone.
    func clear() {
        guard isShown, state.withLock({ $0.shown != nil }) else { return }
        Output.progress(nil)
    }

    private func show(_ step: JobProgress.Step) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let wait: Duration = state.shown == nil ? .seconds(1) : .milliseconds(200)
            guard now - (state.shown ?? state.started) >= wait else { return false }
            state.shown = now
            return true
        }
        guard isDue else { return }
        let share = step.total.map { $0 == 0 ? " of 0" : " of \($0) (\(step.done * 100 / $0) %)" }
        Output.progress("\(step.what): \(step.done)\(share ?? "")")
    }
}
