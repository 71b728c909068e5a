/// What a reporter must know after a restart (telemetry.md §6).
struct TelemetryState: Hashable, Sendable {
    /// A statement that is about to be sealed, or was.
    struct Sealing: Hashable, Sendable {
        /// The number that the next record had when it began.
        let next: UInt64

        /// When its window ended, in POSIX seconds.
        let to: Double

        /// What had left its band, by name.
        let left: [String]
    }

    /// The window that is open.
    var window: TelemetryWindow

    /// The window is being sealed: whether it was is to be looked up.
    var sealing: Sealing?

    /// Where the values are usually.
    var bands: [TelemetryValue: TelemetryBand] = [:]

    /// The values that are outside.
    var outside: Set<TelemetryValue> = []

    /// Samples in a row that each value was outside.
    var strays: [TelemetryValue: Int] = [:]

    /// Until when windows are fine, in POSIX seconds.
    var fineUntil: Double = 0

    /// When statements were sealed that no window ended with, in POSIX seconds.
    var extras: [Double] = []

    /// The number of the first record that was not looked at.
    var nextRecord: UInt64

    /// Records in `refused` at the last sample.
    var refused: UInt64

    /// The bytes of the interfaces at the last sample.
    var received: UInt64?
    var sent: UInt64?

    /// The number of the next record whose work is compared, and when the pass began.
    var nextWork: UInt64 = 0
    var passBegan: Double = 0

    /// Begins.
    ///
    /// - Parameters:
    ///   - now: the time, in POSIX seconds.
    ///   - next: the number of the next record.
    ///   - refused: how many are refused.
    init(now: Double, next: UInt64, refused: UInt64) {
        window = TelemetryWindow(from: now)
        nextRecord = next
        self.refused = refused
    }

    /// Whether one statement more may be sealed before its window is over.
    func mayBeEarly(at now: Double) -> Bool {
        extras.count { abs(now - $0) < TelemetryLimit.day } < TelemetryLimit.extraStatements
    }

    /// Counts a statement that was sealed before its window was over.
    mutating func countEarly(at now: Double) {
        extras.removeAll { abs(now - $0) >= TelemetryLimit.day }
        extras.append(now)
    }
}
