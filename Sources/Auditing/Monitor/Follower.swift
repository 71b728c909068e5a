internal import Jobs

/// Audits a log again and again, until it is told to stop.
///
/// A round that came to its end is followed by the interval; one that failed by a wait that grows,
/// so that a source in trouble is not asked more than one that is well.
package struct Follower: Sendable {
    /// What a round came to.
    package enum RoundEnd: Sendable {
        /// It read all that there is.
        case whole

        /// The source failed; the words are a sentence.
        case failed(String)
    }

    private let interval: Duration
    private let sleep: @Sendable (Duration) async -> Void
    private let spread: @Sendable () -> Double

    /// Creates a follower.
    ///
    /// - Parameters:
    ///   - interval: the time between two rounds.
    ///   - sleep: waits for so long, or until the task is cancelled.
    ///   - spread: a number from 0 to 1, at random.
    package init(
        every interval: Duration, sleep: @escaping @Sendable (Duration) async -> Void,
        spread: @escaping @Sendable () -> Double
    ) {
        (self.interval, self.sleep, self.spread) = (interval, sleep, spread)
    }

    /// Runs rounds until the task is cancelled, or one throws.
    ///
    /// - Parameters:
    ///   - round: one round.
    ///   - onWait: is told before each wait.
    package func run<Failure: Error>(
        _ round: () async throws(Failure) -> RoundEnd,
        onWait: (RoundEnd, Duration) async throws(Failure) -> Void
    ) async throws(Failure) {
        var failures = 0
        while !Task.isCancelled {
            let end = try await round()
            guard !Task.isCancelled else { return }
            if case .failed = end { failures += 1 } else { failures = 0 }
            let wait = wait(after: failures)
            try await onWait(end, wait)
            await sleep(wait)
        }
    }

    /// Returns how long to wait after so many failures in a row.
    package func wait(after failures: Int) -> Duration {
        let backoff = Backoff(
            first: interval, longest: max(interval, MonitorLimit.longestBackOff))
        // From a tenth less to a tenth more.
        return backoff.wait(after: failures + 1) * (1 + MonitorLimit.jitter * (2 * spread() - 1))
    }
}
