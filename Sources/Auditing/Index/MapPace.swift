/// How often a monitor computes the maps of index heads: it reads the keys of all entries for it.
///
/// So a large log is not read again for each new head. An audit that runs once does not wait.
package struct MapPace: Hashable, Sendable {
    /// How much longer than a pass the time to the next one is: a monitor is busy with maps for a
    /// twentieth of its time at the most.
    private static let factor: UInt64 = 20

    /// When the last pass began, in POSIX seconds.
    package let time: UInt64

    /// What it took, in milliseconds.
    package let took: UInt64

    /// Creates it of its parts.
    package init(time: UInt64, took: UInt64) {
        (self.time, self.took) = (time, took)
    }

    /// When the next pass is due, in POSIX seconds.
    package var next: UInt64 {
        let wait = took.multipliedReportingOverflow(by: Self.factor)
        guard !wait.overflow else { return .max }
        let end = time.addingReportingOverflow(wait.partialValue / 1_000)
        return end.overflow ? .max : end.partialValue
    }

    /// Whether the next pass is due; where the clock went back nobody knows, so it is.
    package func isDue(at now: UInt64) -> Bool { now >= next || now < time }
}
