import Auditing
import Foundation
import Synchronization

/// What a person is told while an audit follows: what goes wrong, once, and when it is well again.
final class FollowWords: Sendable {
    private struct State {
        var failing: [String: String] = [:]
        var source: String?
        var hasExplained = false
    }

    private let console: Console
    private let state = Mutex(State())

    init(_ console: Console) { self.console = console }

    /// Tells how it goes with a receiver; the same failure again is not told.
    func take(_ event: DeliveryEvent) {
        switch event {
        case .failed(let name, let words, let wait):
            let isNews = state.withLock { state in
                guard state.failing[name] != words else { return false }
                state.failing[name] = words
                return true
            }
            guard isNews else { return }
            console.warn(
                name, "\(words); what waits is kept and tried again, next in \(Self.span(wait))")
        case .recovered(let name):
            state.withLock { $0.failing[name] = nil }
            console.note("\(name) takes events again")
        }
    }

    /// Tells that a round failed, where the one before did not fail in the same way.
    func failed(_ words: String, wait: Duration) {
        let isNews = state.withLock { state in
            guard state.source != words else { return false }
            state.source = words
            return true
        }
        if isNews { console.warn(nil, "\(words); trying again in \(Self.span(wait))") }
    }

    /// Tells that a round came to its end, where the one before did not.
    func succeeded() {
        let wasFailing = state.withLock { state in
            defer { state.source = nil }
            return state.source != nil
        }
        if wasFailing { console.note("the log is read again") }
    }

    /// Shows the first report, and what follows.
    func explainOnce(_ lines: [String], interval: Duration) {
        let isFirst = state.withLock { state in
            defer { state.hasExplained = true }
            return !state.hasExplained
        }
        guard isFirst else { return }
        console.explain(lines)
        console.note("following: the log is read each \(Self.span(interval))")
    }

    /// A wait as people say it.
    static func span(_ wait: Duration) -> String {
        let seconds = max(1, Int((wait / .seconds(1)).rounded()))
        return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}
