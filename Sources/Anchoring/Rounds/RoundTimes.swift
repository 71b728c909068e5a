import Jobs

/// When rounds begin and when a witness that failed is asked again.
package struct RoundTimes: Hashable, Sendable {
    /// The least time between two rounds' beginnings.
    package var interval: Duration

    /// How long a round without a quorum holds up the next one.
    ///
    /// As long as one call may take.
    package var patience: Duration

    /// After how long an unchanged head is shown to the witnesses again.
    package var refresh: Duration

    /// Creates the times.
    package init(interval: Duration, patience: Duration, refresh: Duration) {
        self.interval = interval
        self.patience = patience
        self.refresh = refresh
    }

    /// The wait after a witness's first failure; it doubles with each that follows.
    ///
    /// A witness that restarts is back in a second.
    package static let firstBackoff: Duration = .seconds(1)

    /// The longest wait of our own choosing: a witness that is back is noticed within a minute.
    package static let longestBackoff: Duration = .seconds(60)

    /// The longest wait that a witness's Retry-After is granted.
    package static let longestRetryAfter: Duration = .seconds(600)

    /// The wait after our own log failed.
    package static let logBackoff: Duration = .seconds(5)

    /// How long a log that stops waits for cosignatures of its last head: who is there answers well
    /// within it, and a service manager waits longer.
    package static let lastTry: Duration = .seconds(5)

    /// Returns how long to leave a witness alone after so many failures in a row.
    package static func backoff(after failures: Int, retryAfter: Duration?) -> Duration {
        Backoff(first: firstBackoff, longest: longestBackoff)
            .wait(after: failures, retryAfter: retryAfter, granted: longestRetryAfter)
    }
}
