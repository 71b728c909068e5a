/// How long to leave alone what has failed: twice as long after each failure in a row.
package struct Backoff: Hashable, Sendable {
    /// The wait after the first failure.
    private let first: Duration

    /// The longest wait of our own choosing.
    private let longest: Duration

    /// Begins with a wait and goes up to another, which is no shorter.
    package init(first: Duration, longest: Duration) {
        precondition(first <= longest, "the longest wait is not shorter than the first")
        self.first = first
        self.longest = longest
    }

    /// Returns the wait after so many failures in a row; 1 is the first.
    package func wait(after failures: Int) -> Duration {
        var wait = first
        var doublings = max(failures, 1) - 1
        // The longest wait may be near the largest that there is.
        while doublings > 0, wait < longest {
            wait *= 2
            doublings -= 1
        }
        return min(wait, longest)
    }

    /// Returns the same, or longer where the other side asks for that.
    ///
    /// - Parameter granted: the longest wait that it is granted.
    package func wait(
        after failures: Int, retryAfter: Duration?, granted: Duration
    ) -> Duration {
        max(wait(after: failures), min(retryAfter ?? .zero, granted))
    }
}
