/// A time as a token spells it (RFC 3161 §2.4.2): `YYYYMMDDhhmmss[.s...]Z`, with seconds, in UTC,
/// the fraction without zeros at its end.
struct GeneralizedTime: Hashable {
    /// POSIX seconds, without the fraction.
    let seconds: UInt64

    /// The fraction in millionths of a second, rounded up.
    let millionths: UInt64

    /// Digits of a fraction: attoseconds.
    private static let maximumDigits = 18

    /// Reads a time from 1970 to 9999; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 15, bytes.last == UInt8(ascii: "Z") else { return nil }
        let digits = bytes.prefix(14)
        guard let fraction = Self.millionths(bytes[14..<(bytes.count - 1)]),
            digits.allSatisfy(Self.isDigit),
            let seconds = Self.seconds(digits.map { Int($0 - UInt8(ascii: "0")) })
        else { return nil }
        self.seconds = seconds
        millionths = fraction
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Returns the seconds of 14 digits; a leap second counts as the next one.
    private static func seconds(_ digits: [Int]) -> UInt64? {
        let pairs = stride(from: 0, to: 14, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        let year = pairs[0] * 100 + pairs[1]
        let (month, day, hour, minute, second) = (pairs[2], pairs[3], pairs[4], pairs[5], pairs[6])
        guard year >= 1970, (1...12).contains(month), day >= 1,
            day <= days(inMonth: month, of: year), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days =
            days(before: year) + (1..<month).reduce(0) { $0 + Self.days(inMonth: $1, of: year) }
        return UInt64(((days + day - 1) * 24 + hour) * 3_600 + minute * 60 + second)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Returns the days from 1970 to the first day of `year`.
    private static func days(before year: Int) -> Int {
        func leapYears(before year: Int) -> Int {
            let last = year - 1
            return last / 4 - last / 100 + last / 400
        }
        return (year - 1970) * 365 + leapYears(before: year) - leapYears(before: 1970)
    }

    /// Returns what `.s...` is in millionths, rounded up; 0 for nothing.
    private static func millionths(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        guard let point = bytes.first else { return 0 }
        let digits = bytes.dropFirst()
        guard point == UInt8(ascii: "."), (1...maximumDigits).contains(digits.count),
            digits.allSatisfy(isDigit), digits.last != UInt8(ascii: "0")
        else { return nil }
        let padded = Array(digits) + Array(repeating: UInt8(ascii: "0"), count: 6)
        let whole = padded.prefix(6).reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
        return digits.count > 6 ? whole + 1 : whole
    }
}
