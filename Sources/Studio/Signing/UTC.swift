import Encoding
import Foundation
import Manifests

/// This machine's clock, and times as records have them: UTC, whole seconds, a Z.
package enum UTC {
    /// 9999-12-31T23:59:59Z, the last second that has a name.
    package static let latest: UInt64 = 253_402_300_799

    /// Seconds since 1970.
    package static var now: UInt64 {
        UInt64(max(0, Date().timeIntervalSince1970))
    }

    /// Writes a time; one after the year 9999 becomes the last that has a name.
    package static func text(_ seconds: UInt64) -> String {
        text(Int64(clamping: min(seconds, latest)))
    }

    /// Writes a time; one outside the years 0001 to 9999 becomes the nearest inside.
    package static func text(_ seconds: Int64) -> String {
        let bounded = min(max(seconds, -62_135_596_800), Int64(latest))
        return Timestamp(seconds: bounded).text?.string ?? "\(bounded) s after 1970"
    }
}
