/// For how long a submission goes on, and how often it asks.
package struct SubmissionPatience: Sendable {
    private let end: ContinuousClock.Instant

    private let firstWait: Duration

    /// The longest wait: a satellite's window is some minutes, so most of one is used.
    private static let longestWait: Duration = .seconds(30)

    /// Begins to wait for at most so long.
    ///
    /// - Parameter firstWait: each wait is twice as long as the one before.
    package init(_ time: Duration, firstWait: Duration = .seconds(2)) {
        end = .now + time
        self.firstWait = firstWait
    }

    /// How long to wait after so many rounds that changed nothing; nil where the time is over.
    ///
    /// - Parameter asked: how long the ledger asks to wait, which counts more.
    func wait(after rounds: Int, asked: Duration? = nil) -> Duration? {
        let left = end - .now
        guard left > .zero else { return nil }
        let own = firstWait * (1 << min(rounds - 1, 10))
        return min(left, Self.longestWait, asked.map { max($0, firstWait) } ?? own)
    }
}
