import OpenTimestamps
import Timestamping

/// How much an authority or a calendar may say, and how many there are.
package enum AnchorLimit {
    /// Authorities, and calendars: as many as a record carries of each kind (record.md §5).
    package static let sources = 4

    /// Most bytes of an authority's answer.
    package static let replyBytes = TimestampLimit.tokenBytes

    /// Most bytes of a calendar's answer.
    package static let calendarBytes = DetachedTimestamp.replyLimit

    /// Bytes a second below which a source is given up: the largest answer takes a quarter of a
    /// minute then.
    package static let lowestRate = 4 << 10

    /// Promises of one calendar that are not kept and that are asked about: one an hour for the 60
    /// days after which they are given up, and more where the interval is shorter.
    package static let promises = 4_096

    /// Promises in one proof that are asked about, and that are asked for.
    ///
    /// The first stands for 48 h alone, the eighth is asked for after 14 days.
    package static let promisesOfAHead = 8

    /// Characters of a calendar's refusal that are shown: its longest sentence names a transaction.
    package static let reasonBytes = 120
}
