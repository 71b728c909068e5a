public import Encoding

/// A point in time as manifests write it: `YYYY-MM-DDThh:mm:ss[.f{1,9}](Z|±hh:mm)`.
///
/// A strict subset of RFC 3339 §5.6: capital T and Z, years 0001 to 9999, days that exist in the
/// Gregorian calendar, no second 60, offsets up to 23:59. Values compare by the moment they mean.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z without leap seconds (POSIX); negative before.
    public let seconds: Int64

    /// The fraction of the second, 0 to 999,999,999.
    public let nanoseconds: Int64

    /// Creates the moment `seconds` after the POSIX epoch.
    public init(seconds: Int64) {
        self.seconds = seconds
        nanoseconds = 0
    }

    /// Reads a time; nil if it does not have the form or does not exist.
    public init?(_ text: Text) {
        var reader = Reader(bytes: text.utf8)
        guard let date = reader.date(), reader.take("T"), let clock = reader.clock(),
            let nanoseconds = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        seconds = date * 86_400 + clock - offset
        self.nanoseconds = nanoseconds
    }

    /// Orders times by the moment they mean.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The time in whole seconds of UTC, `2026-10-02T12:10:00Z`; nil outside the years 1 to 9999.
    public var text: Text? {
        spelled("T", "Z").map { Text($0) }
    }

    /// The same time with `separator` between date and time of day, and `zone` after them.
    package func spelled(_ separator: String, _ zone: String) -> String? {
        let day = seconds.quotientAndFloor(by: 86_400)
        let (year, month, dayOfMonth) = Self.civil(fromDay: day.quotient)
        guard (1...9999).contains(year) else { return nil }
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))"
        let (hour, minute) = (day.remainder / 3_600, day.remainder / 60 % 60)
        return "\(date)\(separator)\(pad(hour, 2)):\(pad(minute, 2)):"
            + "\(pad(day.remainder % 60, 2))\(zone)"
    }
}

private func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    let missing = width - digits.utf8.count
    return missing > 0 ? String(repeating: "0", count: missing) + digits : digits
}

extension Int64 {
    /// Division that rounds down, so that the remainder is never negative.
    fileprivate func quotientAndFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// The Gregorian calendar, counted in days since 1970-01-01. A year is taken to begin in March, so
/// that a leap day is its last; 146,097 days are 400 years.
extension Timestamp {
    fileprivate static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = shifted.quotientAndFloor(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    fileprivate static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientAndFloor(by: 146_097)
        let leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    fileprivate static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads the parts of a time from left to right.
private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// Reads exactly `count` digits whose value is in `range`.
    mutating func number(_ count: Int, in range: ClosedRange<Int64>) -> Int64? {
        guard bytes.count - index >= count else { return nil }
        var value: Int64 = 0
        for digit in bytes[index..<(index + count)] {
            guard digit.isDigit else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        index += count
        return range.contains(value) ? value : nil
    }

    /// Reads a date as days since 1970-01-01.
    mutating func date() -> Int64? {
        guard let year = number(4, in: 1...9999), take("-"), let month = number(2, in: 1...12),
            take("-"), let day = number(2, in: 1...Timestamp.days(in: month, of: year))
        else { return nil }
        return Timestamp.day(year: year, month: month, day: day)
    }

    /// Reads a time of day as seconds since midnight.
    mutating func clock() -> Int64? {
        guard let hour = number(2, in: 0...23), take(":"), let minute = number(2, in: 0...59),
            take(":"), let second = number(2, in: 0...59)
        else { return nil }
        return (hour * 60 + minute) * 60 + second
    }

    /// Reads a fraction of a second in nanoseconds; 0 where there is none.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while count < 9, let digit = number(1, in: 0...9) {
            value = value * 10 + digit
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    /// Reads what must be taken from the local time to get UTC, in seconds.
    mutating func offset() -> Int64? {
        if take("Z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hour = number(2, in: 0...23), take(":"),
            let minute = number(2, in: 0...59)
        else { return nil }
        let offset = (hour * 60 + minute) * 60
        return isWest ? -offset : offset
    }
}
