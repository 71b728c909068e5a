import Jobs

/// Times and limits of calls.
public struct CallOptions: Sendable {
    /// Time for a connection to stand.
    ///
    /// A PoP behind a satellite needs a few seconds.
    public var connectTimeout: Duration = .seconds(10)

    /// How long a service may take beside the time that ``lowestRate`` grants for bytes.
    ///
    /// So much is silence, or dripping; a write waits for a disk.
    public var answerTimeout: Duration = .seconds(60)

    /// Bytes a second, up and down together, below which a service is given up.
    ///
    /// Half of what the slowest modems of satellites carry today (Iridium Certus 100: 22 kbit/s
    /// up); a connection that carries less would not get a photograph's record through in a
    /// minute.
    public var lowestRate = 2_048

    /// The time for one call in all, with every try and every wait, beside the time that
    /// ``lowestRate`` grants for what is sent.
    ///
    /// Enough for five tries with the longest waits between them; a person has looked long ago.
    public var totalTime: Duration = .seconds(15 * 60)

    /// How often one request is sent before its last failure is reported; at least 1.
    public var tries = 5

    /// The wait after the first failure; it doubles with each one that follows.
    public var firstDelay: Duration = .milliseconds(250)

    /// The longest wait of our own choosing.
    public var longestDelay: Duration = .seconds(8)

    /// The longest wait that a service's Retry-After is granted; after it we ask anyway.
    public var longestRetryAfter: Duration = .seconds(60)

    /// How long a connection is kept over which nothing goes.
    public var idleTime: Duration = .seconds(60)

    /// The authorities that may vouch for the service's address; nil for the system's.
    public var authorities: TrustedAuthorities?

    /// The proxy through which the service is spoken to; nil where it is spoken to directly.
    public var proxy: ProxyAddress?

    /// Counts connections and bytes; nil where nobody wants to know.
    public var traffic: CallTraffic?

    /// Called before each wait, with the failure and the time until the next try.
    public var onRetry: @Sendable (CallError, Duration) -> Void = { _, _ in }

    /// Creates the default times and limits.
    public init() {}

    /// Returns how long to wait after `failures` failures in a row (1 is the first).
    ///
    /// The wait lies between half and all of an exponentially rising bound, so that many
    /// PoPs that lost one ledger do not come back in one moment.
    package func delay(after failures: Int, retryAfter: Duration?) -> Duration {
        if let retryAfter { return min(max(retryAfter, firstDelay), longestRetryAfter) }
        return Backoff(first: min(firstDelay, longestDelay), longest: longestDelay)
            .wait(after: failures) * Double.random(in: 0.5...1)
    }
}
