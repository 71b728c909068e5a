import Provenance

/// A time and how long ago it was, for a person.
struct Age {
    /// The moment that is looked from, in POSIX seconds.
    let now: UInt64

    /// Returns a time in UTC, and its age.
    func text(_ seconds: UInt64) -> String {
        "\(Instant(seconds)), \(ago(seconds))"
    }

    /// Returns how long ago a time was.
    func ago(_ seconds: UInt64) -> String {
        seconds > now ? "\(Self.span(seconds - now)) ahead" : "\(Self.span(now - seconds)) ago"
    }

    /// Returns a number of seconds in the largest unit that fits: "3 d".
    static func span(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
