import Synchronization

/// How many warnings about requests become lines of the log.
///
/// Whoever asks too fast is refused, and each refusal is a warning. So a client decides how many
/// there are, and must not decide how full the disk gets.
package final class WarningLimit: Sendable {
    /// Lines in a second: enough to see what fails, and for whom.
    package static let linesPerSecond = 10

    private struct State {
        /// When the present second began; nil before the first line.
        var start: ContinuousClock.Instant?
        var lines = 0
        var leftOut = 0
    }

    private let state = Mutex(State())

    /// Begins with nothing left out.
    package init() {}

    /// Takes one warning; returns how many were left out since the last line, or nil where this one
    /// is left out.
    package func take(at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            if state.start.map({ now - $0 >= .seconds(1) }) ?? true {
                state.start = now
                state.lines = 0
            }
            guard state.lines < Self.linesPerSecond else {
                state.leftOut += 1
                return nil
            }
            state.lines += 1
            defer { state.leftOut = 0 }
            return state.leftOut
        }
    }
}
