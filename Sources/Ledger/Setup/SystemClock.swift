import Foundation

/// The system's clock.
public enum SystemClock {
    /// POSIX seconds, whole and never before 1970.
    public static let seconds: @Sendable () -> UInt64 = {
        UInt64(max(0, Date().timeIntervalSince1970))
    }
}
