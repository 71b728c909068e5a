import Encoding
import Manifests

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
        guard let seconds = Int64(exactly: seconds), let text = Timestamp(seconds: seconds).text
        else { return "\(seconds) s after 1970" }
        let parts = text.string.dropLast().split(separator: "T")
        return parts.joined(separator: " ") + " UTC"
    }
}
