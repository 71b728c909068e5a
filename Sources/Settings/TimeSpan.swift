/// A length of time as people write it: a whole number and its unit, `500ms`, `2s`, `5m`, `1h` or
/// `30d`.
public struct TimeSpan: Hashable, Sendable, CustomStringConvertible {
    /// Its length.
    public let duration: Duration

    private static let units: [(name: String, duration: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ("d", .seconds(86_400)),
    ]

    /// The largest number before a unit; a million hours are more than anyone means.
    private static let countLimit = 1_000_000

    /// Takes a length of whole milliseconds.
    public init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads a text; nil where it is none.
    public init?(_ text: String) {
        let digits = text.prefix { "0123456789".contains($0) }
        let unit = Self.units.first { $0.name == text.dropFirst(digits.count) }
        guard let unit, let count = Int(digits), count <= Self.countLimit else { return nil }
        duration = unit.duration * count
    }

    /// The text, in the largest unit up to hours that gives a whole number.
    public var description: String {
        let (seconds, rest) = duration.components
        guard rest == 0 else {
            return "\(seconds * 1000 + rest / 1_000_000_000_000_000)ms"
        }
        if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

extension Settings {
    /// Returns a length of time in `range`, or nil where nobody gave one.
    public func duration(
        _ key: String, in range: ClosedRange<Duration>
    ) throws(SettingsError) -> Duration? {
        guard let text = self[key] else { return nil }
        guard let span = TimeSpan(text) else {
            throw complaint(
                key, "\"\(text)\" is not a length of time", hint: "500ms, 2s and 5m are")
        }
        guard range.contains(span.duration) else {
            let (least, most) = (TimeSpan(range.lowerBound), TimeSpan(range.upperBound))
            throw complaint(key, "\"\(text)\" is not from \(least) to \(most)")
        }
        return span.duration
    }
}
