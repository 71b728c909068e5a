/// The hours in which people work, each week alike, in UTC.
///
///     Mon-Fri 09:00-17:00
///     Tue,Thu-Sat 12:00-20:00
package struct BusinessHours: Hashable, Sendable, CustomStringConvertible {
    /// Monday to Friday, 09:00 to 17:00.
    package static let usual = BusinessHours(
        days: [0, 1, 2, 3, 4], from: 9 * 3_600, to: 17 * 3_600)

    /// Days of the week that have hours; 0 is Monday.
    private let days: Set<Int>

    /// The first second of the hours in a day, and the first one after them.
    private let from: Int64
    private let to: Int64

    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let day: Int64 = 86_400

    /// 9999-12-31T23:59:59Z, the last second that has a name.
    private static let latest: UInt64 = 253_402_300_799

    private init(days: Set<Int>, from: Int64, to: Int64) {
        (self.days, self.from, self.to) = (days, from, to)
    }

    /// Reads hours; nil where the text has not their form.
    package init?(_ text: String) {
        let form = #/([A-Za-z,\-]+) +([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})(?: +UTC)?/#
        guard let match = text.wholeMatch(of: form), let days = Self.days(match.1),
            let from = Self.second(match.2, match.3), let to = Self.second(match.4, match.5),
            from < to
        else { return nil }
        self.init(days: days, from: from, to: to)
    }

    private static func days(_ text: Substring) -> Set<Int>? {
        var days: Set<Int> = []
        for part in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { end in dayNames.firstIndex { $0 == end } }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends.last ?? nil
            else { return nil }
            // From Friday to Monday goes over Sunday.
            days.formUnion((first...(last < first ? last + 7 : last)).map { $0 % 7 })
        }
        return days
    }

    /// A time of day in seconds; 24:00 is its end.
    private static func second(_ hour: Substring, _ minute: Substring) -> Int64? {
        guard let hour = Int64(hour), let minute = Int64(minute), minute < 60 else { return nil }
        let second = (hour * 60 + minute) * 60
        return second <= day ? second : nil
    }

    /// How many seconds of these hours lie between two times, in POSIX seconds.
    package func seconds(from start: UInt64, to end: UInt64) -> UInt64 {
        guard start < end else { return 0 }
        return UInt64(max(0, seconds(before: end) - seconds(before: start)))
    }

    /// The first time, in POSIX seconds, at which so many seconds of these hours have passed.
    package func time(after start: UInt64, seconds wanted: UInt64) -> UInt64 {
        // The answer lies within as many weeks as the shortest hours need, and one more.
        let weekly = UInt64(days.count) * UInt64(to - from)
        var low = start
        var high = start + (wanted / weekly + 2) * 7 * UInt64(Self.day)
        while low < high {
            let middle = low + (high - low) / 2
            if seconds(from: start, to: middle) >= wanted {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// How many seconds of these hours have passed since the first Monday after 1970 began.
    private func seconds(before time: UInt64) -> Int64 {
        // 1970-01-01 was a Thursday: Monday came four days later.
        let second = Int64(clamping: min(time, Self.latest)) - 4 * Self.day
        let (week, rest) = second.flooredParts(by: 7 * Self.day)
        var sum = week * Int64(days.count) * (to - from)
        for day in days {
            let begin = Int64(day) * Self.day
            sum += min(max(0, rest - begin - from), to - from)
        }
        return sum
    }

    /// The hours in words.
    package var description: String {
        let names = days.sorted().map { day in
            Self.dayNames[day].prefix(1).uppercased() + Self.dayNames[day].dropFirst()
        }.joined(separator: ",")
        return "\(names) \(Self.clock(from))-\(Self.clock(to)) UTC"
    }

    private static func clock(_ second: Int64) -> String {
        func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(pad(second / 3_600)):\(pad(second / 60 % 60))"
    }
}

extension Int64 {
    /// Division that rounds down, so that the remainder is never negative.
    fileprivate func flooredParts(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
