import Foundation

/// The clocks of a reporter: what they say, and a wait.
package struct ReportClock: Sendable {
    /// This machine's clock, in POSIX seconds with their fractions.
    package let wall: @Sendable () -> Double

    /// The time since any beginning, which nobody sets.
    package let steady: @Sendable () -> Double

    /// Waits for so many seconds; throws where the task is to end.
    package let sleep: @Sendable (Double) async throws(CancellationError) -> Void

    /// Creates clocks.
    package init(
        wall: @escaping @Sendable () -> Double, steady: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Double) async throws(CancellationError) -> Void
    ) {
        self.wall = wall
        self.steady = steady
        self.sleep = sleep
    }

    /// Those of this machine.
    package static var system: ReportClock {
        let begun = ContinuousClock.now
        return ReportClock(
            wall: { Date().timeIntervalSince1970 },
            steady: { begun.duration(to: .now) / .seconds(1) },
            sleep: { seconds throws(CancellationError) in
                do {
                    try await Task.sleep(for: .seconds(seconds), clock: .continuous)
                } catch {
                    throw CancellationError()
                }
            })
    }
}
