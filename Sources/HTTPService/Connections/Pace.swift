import NIOCore

/// Whether something that is waited for goes on fast enough: so much of it in each span of time,
/// however long the whole takes.
struct Pace {
    private var since: NIODeadline?
    private var base: UInt64 = 0

    /// Nothing is waited for.
    mutating func stop() {
        since = nil
    }

    /// Returns whether less than `least` has come in the last `patience`, given the `total` of all
    /// that ever came; measures from the first call after ``stop()`` on.
    mutating func isTooSlow(
        at total: UInt64, now: NIODeadline, least: Int, patience: TimeAmount
    ) -> Bool {
        guard let begun = since, total &- base < UInt64(least) else {
            since = now
            base = total
            return false
        }
        return now - begun >= patience
    }
}
