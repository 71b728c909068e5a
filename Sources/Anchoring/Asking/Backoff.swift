/// How long somebody who failed is left alone: twice as long after each failure in a row.
struct Backoff {
    /// The wait after the first failure.
    let first: Duration

    /// The longest wait of our own choosing.
    let longest: Duration

    /// The longest wait that a Retry-After is granted.
    let longestRetryAfter: Duration

    /// Returns the wait after so many failures in a row.
    func wait(after failures: Int, retryAfter: Duration?) -> Duration {
        var own = first
        var doublings = failures - 1
        while doublings > 0, own < longest {
            own *= 2
            doublings -= 1
        }
        return max(min(own, longest), min(retryAfter ?? .zero, longestRetryAfter))
    }
}
