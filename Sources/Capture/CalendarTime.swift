/// A date and a time of day that exist in the Gregorian calendar, to the second, in no zone.
package struct CalendarTime: Hashable, Sendable {
    /// The time as RFC 3339 §5.6 writes it, without a zone: `2026-10-02T14:10:00`.
    package let text: String

    /// Creates a time; nil where the calendar has none, and for a second 60.
    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        text =
            "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
            + "T\(digits(hour, 2)):\(digits(minute, 2)):\(digits(second, 2))"
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// How far a clock is from UTC: `+02:00`.
package struct ZoneOffset: Hashable, Sendable {
    /// The offset as RFC 3339 §5.6 writes it, with hours and minutes.
    package let text: String

    /// Reads `+hh:mm` or `-hh:mm`, from -12:00 to +14:00 as clocks on Earth have it.
    package init?(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        guard bytes.count == 6, let hour = number(bytes[1..<3]), let minute = number(bytes[4..<6]),
            bytes[3] == UInt8(ascii: ":"), minute < 60
        else { return nil }
        let farthest: Int
        switch bytes[0] {
        case UInt8(ascii: "+"): farthest = 14 * 60
        case UInt8(ascii: "-"): farthest = 12 * 60
        default: return nil
        }
        guard hour * 60 + minute <= farthest else { return nil }
        self.text = String(decoding: bytes, as: UTF8.self)
    }
}

/// Writes a number with leading zeros.
func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
}

/// Reads a number that is all digits; nil for anything else.
func number(_ digits: some Collection<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 9,
        digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
}
