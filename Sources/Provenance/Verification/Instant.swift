/// A time of a tree head or a claim, for a person to read: `2026-11-22 20:41:07 UTC`.
public struct Instant: Hashable, Sendable, CustomStringConvertible {
    /// POSIX seconds.
    public let seconds: UInt64

    /// Wraps POSIX seconds.
    public init(_ seconds: UInt64) {
        self.seconds = seconds
    }

    /// The time in UTC; seconds beyond the year 9999 are given as a number.
    public var description: String {
        guard seconds <= 253_402_300_799 else { return "\(seconds) s after 1970" }
        let (year, month, day) = Self.civilDate(daysSinceEpoch: Int(seconds / 86_400))
        let rest = Int(seconds % 86_400)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let hours = Self.padded(rest / 3600, 2)
        let minutes = Self.padded(rest / 60 % 60, 2)
        return "\(date) \(hours):\(minutes):\(Self.padded(rest % 60, 2)) UTC"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        let lacking = width - digits.utf8.count
        return lacking > 0 ? String(repeating: "0", count: lacking) + digits : digits
    }

    /// Returns the Gregorian date, counting years from 1 March so that a leap day comes last.
    private static func civilDate(daysSinceEpoch days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
