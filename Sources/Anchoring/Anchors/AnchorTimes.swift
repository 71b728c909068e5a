import Jobs

/// When authorities and calendars are asked, and when one that failed is asked again.
package struct AnchorTimes: Hashable, Sendable {
    /// The least time between two anchors of one authority.
    package var timestamps: Duration

    /// The least time between two anchors of one calendar.
    package var calendars: Duration

    /// Creates the times.
    package init(timestamps: Duration, calendars: Duration) {
        self.timestamps = timestamps
        self.calendars = calendars
    }

    // MARK: - Failures

    /// The wait after a source's first failure; it doubles with each that follows.
    ///
    /// Authorities answer in a fifth of a second and are run by others: a second would be a burden
    /// to one that struggles.
    package static let firstBackoff: Duration = .seconds(5)

    /// The longest wait of our own choosing: a source that is back is noticed within the usual time
    /// between two anchors.
    package static let longestBackoff: Duration = .seconds(600)

    /// The longest wait that a source's Retry-After is granted.
    package static let longestRetryAfter: Duration = .seconds(3_600)

    /// The wait after our own log failed.
    package static let logBackoff: Duration = .seconds(5)

    /// Returns how long to leave a source alone after so many failures in a row.
    package static func backoff(after failures: Int, retryAfter: Duration?) -> Duration {
        Backoff(first: firstBackoff, longest: longestBackoff)
            .wait(after: failures, retryAfter: retryAfter, granted: longestRetryAfter)
    }

    /// The longest time until the next look: a time from a wrong clock may be centuries ahead.
    static let longestSleep: Duration = .seconds(86_400)

    // MARK: - Rounds

    /// How long a calendar waits for the tokens of a head, from when authorities are first asked
    /// for them.
    ///
    /// It is the time that one call may take in all.
    package static let tokenPatience: Duration = .seconds(30)

    /// How many intervals a source may owe an anchor before it is overdue.
    package static let overdueIntervals = 3

    // MARK: - The end

    /// The time for the last try of a ledger that stops: what an authority and then a calendar take
    /// where both answer, ten times over.
    package static let lastTry: Duration = .seconds(5)

    // MARK: - Promises

    /// How long a promise is asked about often.
    static let youth: Duration = .seconds(6 * 3_600)

    /// How long a promise is asked about each hour.
    static let middleAge: Duration = .seconds(7 * 86_400)

    /// The time between two questions about one promise in its youth.
    static let oftenPeriod: Duration = .seconds(600)

    /// The same afterwards.
    static let hourlyPeriod: Duration = .seconds(3_600)

    /// The same at last.
    static let dailyPeriod: Duration = .seconds(86_400)

    /// The least time between two questions to one calendar about promises: after an outage of days
    /// there are hundreds of them.
    package static let betweenQuestions: Duration = .seconds(1)

    /// The age of a promise at which it is overdue, in seconds: blocks take hours, and a day where
    /// fees are high.
    package static let promiseAlarmSeconds: UInt64 = 86_400

    /// The age of a promise at which another is asked for beside it.
    package static let promiseRepeat: Duration = .seconds(2 * 86_400)

    /// The age from which a promise is given up, once its calendar says again that it has no block.
    package static let promiseEnd: Duration = .seconds(60 * 86_400)

    /// Returns the time until a promise of an age is asked about again.
    ///
    /// Where heads are anchored more often than every ten minutes, a promise is asked about as
    /// often.
    package func period(ofAge age: Duration) -> Duration {
        if age < Self.youth { return min(Self.oftenPeriod, calendars) }
        return age < Self.middleAge ? Self.hourlyPeriod : Self.dailyPeriod
    }
}
