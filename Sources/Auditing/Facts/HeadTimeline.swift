package import Manifests

/// Since when everybody could see how much of a log, as far as an auditor knows.
///
/// A note has no time. What dates a head is a cosignature, an anchor that holds, the kit's own
/// head, or the moment at which the auditor got it.
package struct HeadTimeline: Sendable {
    /// A head, and when it was there, in POSIX seconds.
    package struct Head: Hashable, Sendable {
        /// Number of entries.
        package let size: UInt64

        /// A time by which it was there.
        package let seen: UInt64

        /// A time at which no larger one was there yet; nil where nobody says.
        package let newestAt: UInt64?

        /// Creates a head.
        package init(size: UInt64, seen: UInt64, newestAt: UInt64?) {
            (self.size, self.seen, self.newestAt) = (size, seen, newestAt)
        }
    }

    private let heads: [Head]

    /// A time by which the newest head was there, in POSIX seconds; nil where nobody says.
    private let seen: UInt64?

    /// The time up to which the log is known, in POSIX seconds: what it does not have was not there
    /// then; nil where nobody says.
    let known: UInt64?

    /// The hours that count.
    let hours: BusinessHours

    /// Creates a timeline.
    ///
    /// - Parameters:
    ///   - heads: in any order; the more there are, the earlier a rollback is known to be seen.
    ///   - seen: a time by which the newest head was there: of a ledger that was just asked, now;
    ///     nil of a copy that no witness has dated.
    ///   - known: the time up to which the log is known; nil of such a copy, and of a source that
    ///     shows an older log than is known.
    package init(
        _ heads: some Sequence<Head>, seen: UInt64?, known: UInt64?,
        hours: BusinessHours = .usual
    ) {
        self.heads = Array(heads)
        (self.seen, self.known, self.hours) = (seen, known, hours)
    }

    /// The earliest time at which an entry was certainly seen, at the latest that of the newest
    /// head; nil where nobody says.
    func seen(_ index: UInt64) -> UInt64? {
        (heads.filter { $0.size > index }.map(\.seen) + [seen].compactMap(\.self)).min()
    }

    /// The latest time at which an entry was certainly not there yet.
    func unseen(_ index: UInt64) -> UInt64 {
        heads.reduce(0) { $1.size <= index ? max($0, $1.newestAt ?? 0) : $0 }
    }
}
