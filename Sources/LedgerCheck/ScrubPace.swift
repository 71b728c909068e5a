/// When the scrub goes on: after so many rows, at a rate.
///
/// Time in which it waited for others, or had no core, is not made up for, but for a second: it
/// would take the processors from those that it had waited for.
package struct ScrubPace: Sendable {
    /// How late it may be and still go on at once.
    package static let longestDelay = Duration.seconds(1)

    private let rowTime: Duration

    /// When the rows so far should be done.
    private var due: ContinuousClock.Instant

    /// Creates the pace of a round that begins now, in rows a second.
    package init(rowsPerSecond: Double, from start: ContinuousClock.Instant) {
        precondition(rowsPerSecond > 0, "a pace goes on")
        rowTime = .seconds(1) / rowsPerSecond
        due = start
    }

    /// Counts rows that are done now, and returns how long to rest after them.
    package mutating func rest(after rows: Int, at now: ContinuousClock.Instant) -> Duration {
        due = max(due + rowTime * rows, now - Self.longestDelay)
        return max(.zero, due - now)
    }
}
