/// How long a service asks to wait: Retry-After, in seconds or as a date (RFC 9110 §10.2.3).
enum RetryAfter {
    /// A wait of more than a day is no wait: whoever asks comes back another time.
    private static let longest: Duration = .seconds(86_400)

    /// Reads the field; nil where it is neither a number nor a date.
    ///
    /// - Parameters:
    ///   - date: the Date field of the same answer: a service's dates are told by its own clock.
    ///   - now: seconds since 1970 here, for an answer without a date.
    static func wait(_ field: String, date: String?, now: Int64) -> Duration? {
        if !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than an integer holds are more than a day, too.
            return min(longest, Int64(field).map { .seconds($0) } ?? longest)
        }
        guard let then = HTTPDate.seconds(field) else { return nil }
        let start = date.flatMap { HTTPDate.seconds($0) } ?? now
        return min(longest, max(.zero, .seconds(then - start)))
    }
}

/// Dates of HTTP, in all three forms that a reader must know (RFC 9110 §5.6.7).
///
///     Sun, 06 Nov 1994 08:49:37 GMT       IMF-fixdate, the only one that may be written today
///     Sunday, 06-Nov-94 08:49:37 GMT      RFC 850
///     Sun Nov  6 08:49:37 1994            asctime
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns seconds since 1970; nil for what is no date.
    ///
    /// The name of the day is not looked at.
    static func seconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ").map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT":
            return seconds(day: words[1], month: words[2], year: words[3], time: words[4])
        case 4 where words[3] == "GMT":
            let parts = words[1].split(separator: "-").map(String.init)
            guard parts.count == 3, let year = number(parts[2], digits: 2...2) else { return nil }
            // Two digits: no service of today means a year of the century before.
            return seconds(day: parts[0], month: parts[1], year: "\(2000 + year)", time: words[2])
        case 5:
            return seconds(day: words[2], month: words[1], year: words[4], time: words[3])
        default:
            return nil
        }
    }

    private static func seconds(
        day: String, month: String, year: String, time: String
    ) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
            .map { number(String($0), digits: 2...2) }
        guard let day = number(day, digits: 1...2), (1...31).contains(day),
            let month = months.firstIndex(of: month), let year = number(year, digits: 4...4),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = days(year: year, month: Int64(month) + 1, day: day)
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func number(_ text: String, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(text)
    }

    /// Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that the leap
    /// day is the last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let leapDays = year / 4 - year / 100 + year / 400
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return 365 * year + leapDays + dayOfYear - 719_468
    }
}
