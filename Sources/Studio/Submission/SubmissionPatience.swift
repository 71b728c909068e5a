import Jobs

/// For how long a submission goes on, and how often it asks.
package struct SubmissionPatience: Sendable {
    private let end: ContinuousClock.Instant

    private let firstWait: Duration

    /// The longest wait: a satellite's window is some minutes, so most of one is used.
    private static let longestWait: Duration = .seconds(30)

    /// Looks within the interval in which there is more, so that what is there is seen soon.
    private static let looks = 4

    /// The shortest longest wait, whatever the interval.
    private static let shortestWait: Duration = .seconds(1)

    /// Begins to wait for at most so long.
    ///
    /// - Parameter firstWait: each wait is twice as long as the one before.
    package init(_ time: Duration, firstWait: Duration = .seconds(2)) {
        end = .now + time
        self.firstWait = firstWait
    }

    /// How long to wait after so many rounds that changed nothing; nil where the time is over.
    ///
    /// - Parameters:
    ///   - asked: how long the ledger asks to wait, which counts more.
    ///   - interval: how often there may be more, where the ledger says that.
    func wait(
        after rounds: Int, asked: Duration? = nil, every interval: Duration? = nil
    ) -> Duration? {
        let left = end - .now
        guard left > .zero else { return nil }
        let longest =
            interval.map { min(Self.longestWait, max(Self.shortestWait, $0 / Self.looks)) }
            ?? Self.longestWait
        let own = Backoff(first: min(firstWait, longest), longest: longest).wait(after: rounds)
        return min(left, longest, asked.map { max($0, firstWait) } ?? own)
    }
}
