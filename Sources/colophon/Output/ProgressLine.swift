import Synchronization

/// Shows how far a long step has come: on a terminal only, and only after a second.
final class ProgressLine: Sendable {
    private struct State {
        var started: ContinuousClock.Instant?
        var shown: ContinuousClock.Instant?

        /// What was done when the time began: nothing is known of how long that took.
        var first: UInt64 = 0
    }

    private let console: Console
    private let isShown: Bool
    private let state = Mutex(State())

    init(_ console: Console) {
        self.console = console
        isShown = console.showsProgress
    }

    /// Tells that `done` of `total` bytes are done; cheap where nothing is to be shown.
    func report(_ what: String, _ done: UInt64, of total: UInt64) {
        show(what, done, of: total) { rate in
            "\(Self.size(done)) of \(Self.size(total)), \(Self.size(UInt64(rate)))/s"
        }
    }

    /// Tells that `done` of `total` things are done, for which so many bytes were moved.
    func report(_ what: String, _ done: UInt64, of total: UInt64, bytes: UInt64) {
        show(what, done, of: total) { rate in
            "\(done) of \(total), \(Self.size(bytes)), \(UInt64(rate))/s"
        }
    }

    /// Tells that `done` of `total` things are done.
    func report(_ what: String, things done: UInt64, of total: UInt64) {
        show(what, done, of: total) { rate in "\(done) of \(total), \(UInt64(rate))/s" }
    }

    private func show(
        _ what: String, _ done: UInt64, of total: UInt64, _ words: (_ rate: Double) -> String
    ) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let rate: Double? = state.withLock { state in
            guard let started = state.started else {
                (state.started, state.first) = (now, done)
                return nil
            }
            let wait: Duration = state.shown == nil ? .seconds(1) : .milliseconds(200)
            guard now - (state.shown ?? started) >= wait else { return nil }
            state.shown = now
            return Double(done - min(done, state.first)) / ((now - started) / .seconds(1))
        }
        guard let rate else { return }
        let share = total == 0 ? 100 : min(100, done * 100 / total)
        var line = "\(share) %, \(words(rate))"
        if rate > 0, total >= done {
            line += ", \(Self.time(UInt64(Double(total - done) / rate))) left"
        }
        // One line of the terminal, or what it replaces stays on the screen.
        let room = max(8, Columns.width - line.count - 3)
        let name = what.count > room ? "…" + what.suffix(room - 1) : what[...]
        console.progress("\(name): \(line)")
    }

    /// Bytes as people read them.
    static func size(_ bytes: UInt64) -> String {
        let units = ["kB", "MB", "GB", "TB"]
        guard bytes >= 1_000 else { return "\(bytes) B" }
        var (value, unit) = (Double(bytes) / 1_000, 0)
        while value >= 999.95, unit + 1 < units.count { (value, unit) = (value / 1_000, unit + 1) }
        let tenths = UInt64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// Seconds as people read them.
    static func time(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        default: "\(seconds / 86_400) d \(seconds % 86_400 / 3_600) h"
        }
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
