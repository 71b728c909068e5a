import Foundation

/// How it stands with all authorities and calendars.
package struct AnchorHealth: Hashable, Sendable {
    /// How it stands with one source.
    package struct Source: Hashable, Sendable {
        /// Who it is.
        package let source: AnchorSource

        /// Whether its newest answer was a good one; nil before the first.
        package internal(set) var isUp: Bool?

        /// Why its newest answer was none, or a bad one; nil where it was good.
        package internal(set) var failure: AnchorFailure?

        /// The size of the largest head that it has dated, or promised to; nil before the first.
        package internal(set) var datedSize: UInt64?

        /// The time of its newest evidence that is complete, POSIX seconds; nil before the first.
        package internal(set) var newestTime: UInt64?

        /// Number of its promises that are not kept; 0 of an authority.
        package internal(set) var pending = 0

        /// Since when it is overdue, POSIX seconds by the log's clock; nil where it is not.
        package internal(set) var overdueSince: UInt64?
    }

    /// The authorities, then the calendars.
    package let sources: [Source]

    /// The sources that owe an anchor for too long.
    package var overdue: [Source] { sources.filter { $0.overdueSince != nil } }

    /// What is overdue, in a line for whoever asks whether the ledger is ready; nil where nothing
    /// is.
    package var overdueLine: String? {
        let parts = overdue.compactMap { source in
            source.overdueSince.map { since in
                let time = Date(timeIntervalSince1970: TimeInterval(since)).formatted(.iso8601)
                return "\(source.source.kind.name) by \(source.source.url) since \(time)"
            }
        }
        return parts.isEmpty ? nil : "overdue: " + parts.joined(separator: ", ")
    }
}
