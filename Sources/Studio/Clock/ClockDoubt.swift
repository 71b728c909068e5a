/// Why a clock cannot be right, or may be far off.
///
/// That nobody keeps a clock is no such thing: at an event without a network none is kept.
package enum ClockDoubt: Hashable, Sendable {
    /// It is before the newest head of the trust kit, which is of this time.
    case beforeKit(UInt64)

    /// It is before the time at which witnesses saw a head that the PoP has.
    case beforeSeen(UInt64)

    /// It is before this program was written.
    case beforeProgram

    /// It may be off by so many seconds.
    case uncertain(Double)

    /// 2026-01-01T00:00:00Z: no clock that is right is before the year in which this was written.
    package static let programTime: UInt64 = 1_767_225_600

    /// Seconds by which the clock of a witness may be ahead of a good one.
    package static let witnessTolerance: UInt64 = 60

    /// Seconds from which on an uncertainty is told.
    ///
    /// The kernel adds half a millisecond a second, up to 16 s: this is nearly three hours without
    /// a word from a time server.
    package static let uncertaintyLimit = 5.0

    /// Returns what is doubtful about a clock that says `now`, the worst first.
    ///
    /// - Parameters:
    ///   - kit: the time of the kit's newest head.
    ///   - seen: when witnesses saw the newest head that the PoP has.
    ///   - state: who keeps the clock; nil where nobody looked.
    package static func all(
        now: UInt64, kit: UInt64?, seen: UInt64?, state: PoPClock?
    ) -> [ClockDoubt] {
        var doubts: [ClockDoubt] = []
        if now < programTime { doubts.append(.beforeProgram) }
        if let kit, now < kit { doubts.append(.beforeKit(kit)) }
        if let seen, seen > witnessTolerance, now < seen - witnessTolerance {
            doubts.append(.beforeSeen(seen))
        }
        if let seconds = state?.uncertaintySeconds, seconds > uncertaintyLimit {
            doubts.append(.uncertain(seconds))
        }
        return doubts
    }
}
