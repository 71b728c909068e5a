import Foundation
import Synchronization

/// The field `Date` of answers (RFC 9110 §6.6.1), written once a second for all of them.
final class DateField: Sendable {
    private struct Written {
        var second = -1
        var text = ""
    }

    private let written = Mutex(Written())

    init() {}

    /// The field's value now, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var now: String {
        let second = time(nil)
        return written.withLock { written in
            if written.second != second {
                written = Written(second: second, text: Self.text(second))
            }
            return written.text
        }
    }

    /// Returns the time, in POSIX seconds, as an HTTP date (RFC 9110 §5.6.7).
    static func text(_ second: Int) -> String {
        Date(timeIntervalSince1970: TimeInterval(second)).formatted(style)
    }

    private static let style = Date.VerbatimFormatStyle(
        format: """
            \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \
            \(year: .padded(4)) \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\
            \(minute: .twoDigits):\(second: .twoDigits) GMT
            """,
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
        calendar: Calendar(identifier: .gregorian))
}
