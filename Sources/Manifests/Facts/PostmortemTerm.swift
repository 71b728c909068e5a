/// How long the postmortem of a rollback may take, and took (milestones.md §6).
package struct PostmortemTerm: Hashable, Sendable {
    /// How many business hours a postmortem may take, in seconds.
    package static let limit: UInt64 = 8 * 3_600

    /// The end of the time for the postmortem, in POSIX seconds.
    package let dueAt: UInt64

    /// Whether the postmortem is late, or is missing and late already.
    package let isLate: Bool

    /// Measures a postmortem.
    ///
    /// - Parameters:
    ///   - start: since when everybody can see the rollback, in POSIX seconds.
    ///   - end: since when everybody can see the postmortem; where there is none, now.
    package init(from start: UInt64, to end: UInt64, in hours: BusinessHours) {
        dueAt = hours.time(after: start, seconds: Self.limit)
        isLate = hours.seconds(from: start, to: end) > Self.limit
    }
}
