/// The time of a conductor: the real one, or that of a test.
package struct ConductorClock: Sendable {
    /// POSIX seconds.
    package let seconds: @Sendable () -> UInt64

    /// Time since some moment, which never goes back.
    package let elapsed: @Sendable () -> Duration

    /// Returns once `elapsed` is not before a moment, or throws where the task is cancelled.
    package let sleepUntil: @Sendable (Duration) async throws -> Void

    /// Creates a clock.
    package init(
        seconds: @escaping @Sendable () -> UInt64, elapsed: @escaping @Sendable () -> Duration,
        sleepUntil: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.seconds = seconds
        self.elapsed = elapsed
        self.sleepUntil = sleepUntil
    }

    /// Creates the machine's clock, with its POSIX seconds from elsewhere.
    package init(seconds: @escaping @Sendable () -> UInt64) {
        let start = ContinuousClock.now
        self.init(
            seconds: seconds, elapsed: { ContinuousClock.now - start },
            sleepUntil: { try await Task.sleep(until: start + $0) })
    }
}
