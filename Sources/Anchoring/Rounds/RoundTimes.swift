/// When rounds begin and when a witness that failed is asked again.
struct RoundTimes: Hashable, Sendable {
    /// The least time between two rounds' beginnings.
    var interval: Duration

    /// How long a round without a quorum holds up the next one.
    ///
    /// As long as one call may take.
    var patience: Duration

    /// After how long an unchanged head is shown to the witnesses again.
    var refresh: Duration

    /// The wait after a witness's first failure; it doubles with each that follows.
    ///
    /// A witness that restarts is back in a second.
    static let firstBackoff: Duration = .seconds(1)

    /// The longest wait of our own choosing: a witness that is back is noticed within a minute.
    static let longestBackoff: Duration = .seconds(60)

    /// The longest wait that a witness's Retry-After is granted.
    static let longestRetryAfter: Duration = .seconds(600)

    /// The wait after our own log failed.
    static let logBackoff: Duration = .seconds(5)

    /// Returns how long to leave a witness alone after so many failures in a row.
    static func backoff(after failures: Int, retryAfter: Duration?) -> Duration {
        // Six doublings pass the longest wait.
        let own = min(firstBackoff * (1 << min(failures - 1, 6)), longestBackoff)
        return max(own, min(retryAfter ?? .zero, longestRetryAfter))
    }
}
