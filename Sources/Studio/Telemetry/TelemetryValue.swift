/// The values that are measured at each sample, by their short names (telemetry.md §2).
///
/// The most important comes first: where a statement has no room for all, the last ones are left
/// out.
package enum TelemetryValue: String, Hashable, Sendable, CaseIterable {
    /// Records in `pending` and `submitted`.
    case waiting

    /// Seconds since the oldest of these was sealed.
    case oldest

    /// Seconds since the ledger last answered.
    case offline

    /// MiB that are free on the spool's file system.
    case disk

    /// Degrees Celsius of the hottest zone.
    case temp

    /// Per cent of the emptiest battery.
    case battery

    /// 1 where a power supply gives power, else 0.
    case mains

    /// Seconds by which the clock may be off.
    case clock

    /// Per cent of the time since the last sample in which the processors were busy.
    case cpu

    /// Processes that run or wait to, averaged over a minute.
    case load

    /// MiB of memory that programs may still have.
    case mem

    /// Bytes of the records that wait.
    case bytes

    /// By how much a value may move at least before it has left its band: less is no news; nil for
    /// a value that has no band.
    var leastHalf: Double? {
        switch self {
        case .waiting: 100
        case .oldest: 3_600
        case .offline: 1_800
        case .disk: 512
        case .temp: 5
        case .battery: 15
        case .mains: 0.5
        case .clock: 1
        case .cpu: 50
        case .load: 2
        case .mem: 128
        case .bytes: nil
        }
    }
}

/// What is counted over a window, and told as one number.
package enum TelemetryCount: String, Hashable, Sendable, CaseIterable {
    /// Bytes that the network interfaces took in and gave out.
    case rx, tx

    /// Values that are there and could not be read.
    case unread

    /// Records that were signed.
    case signed

    /// Records that the ledger refused.
    case refused

    /// Works that were compared with their records, and those of them that differ.
    case checked, mismatch

    /// Steps of the clock.
    case steps

    /// Whether it stands in the layer `integrity`; else in `device`.
    var isIntegrity: Bool {
        switch self {
        case .rx, .tx, .unread: false
        case .signed, .refused, .checked, .mismatch, .steps: true
        }
    }

    /// Whether one is news at once.
    var isNews: Bool {
        switch self {
        case .refused, .mismatch, .steps: true
        case .rx, .tx, .unread, .signed, .checked: false
        }
    }
}
