package import Manifests

/// Since when everybody could see how much of a log, as far as an auditor knows.
///
/// A note has no time. What dates a head is a cosignature, an anchor that holds, the kit's own
/// head, or the moment at which the auditor got it.
package struct HeadTimeline: Sendable {
    /// A head, and a time at which it was the newest.
    package struct Head: Hashable, Sendable {
        /// Number of entries.
        package let size: UInt64

        /// In POSIX seconds.
        package let time: UInt64

        /// Creates a head.
        package init(size: UInt64, time: UInt64) {
            (self.size, self.time) = (size, time)
        }
    }

    private let heads: [Head]

    /// The time of the newest head, in POSIX seconds; nil where nobody knows it.
    let newest: UInt64?

    /// The hours that count.
    let hours: BusinessHours

    /// Creates a timeline.
    ///
    /// - Parameters:
    ///   - heads: in any order; the more there are, the earlier a rollback is known to be seen.
    ///   - newest: the time of the newest head: of a ledger that was just asked, now; nil of a
    ///     copy that no witness has dated.
    package init(
        _ heads: some Sequence<Head>, newest: UInt64?, hours: BusinessHours = .usual
    ) {
        self.heads = Array(heads)
        (self.newest, self.hours) = (newest, hours)
    }

    /// The earliest time at which an entry was certainly seen, at the latest that of the newest
    /// head; nil where nobody says.
    func seen(_ index: UInt64) -> UInt64? {
        (heads.filter { $0.size > index }.map(\.time) + [newest].compactMap(\.self)).min()
    }

    /// The latest time at which an entry was certainly not there yet.
    func unseen(_ index: UInt64) -> UInt64 {
        heads.reduce(0) { $1.size <= index ? max($0, $1.time) : $0 }
    }
}
