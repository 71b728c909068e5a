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
        let text = Int64(exactly: seconds).flatMap { Timestamp(seconds: $0).spelled(" ", " UTC") }
        return text ?? "\(seconds) s after 1970"
    }
}
