import Jobs
import LedgerStore
import Synchronization

/// Says now and then how far a check is, and stops it where nobody waits for it any more.
final class CheckMonitor: Sendable {
    private struct State {
        var done: UInt64 = 0
        var total: UInt64 = 0
        var reportedAt = ContinuousClock.now
    }

    /// Between two reports: often enough for a line on a terminal.
    private static let interval = Duration.milliseconds(200)

    private let state = Mutex(State())
    private let progress: JobProgress

    init(_ progress: JobProgress) {
        self.progress = progress
    }

    /// How a check goes on that nobody slows down.
    var pace: CheckPace {
        CheckPace.wholeSpeed { [self] rows throws(LedgerError) in try add(rows) }
    }

    /// Says how many rows there are, roughly.
    func begin(total: UInt64) {
        state.withLock { $0.total = total }
    }

    private func add(_ rows: Int) throws(LedgerError) {
        let due = state.withLock { state -> (done: UInt64, total: UInt64)? in
            state.done += UInt64(rows)
            guard state.reportedAt + Self.interval <= .now else { return nil }
            state.reportedAt = .now
            return (min(state.done, state.total), state.total)
        }
        if let due { try progress.report("rows", done: due.done, of: due.total) }
    }
}
