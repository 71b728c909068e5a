/// What bounds the telemetry of a PoP (telemetry.md §5).
package enum TelemetryLimit {
    /// Bytes of a statement with its manifest: at 64 kbit/s a quarter of a second.
    package static let recordBytes = 2_048

    /// Statements a day beside those that each window ends with, so that a value which flaps floods
    /// nobody: with one an hour they are twice as many, 96 KiB.
    package static let extraStatements = 24

    /// The part of a window after which a run by hand, or by a timer, ends it like any other.
    static let wholeWindow = 0.9

    /// Seconds of a day.
    static let day: Double = 86_400

    /// Seconds of the windows that follow a value's leaving of its band.
    static let fineWindow: Double = 300

    /// Seconds for which they do: six of them show what became of it.
    static let finePhase: Double = 1_800

    /// Seconds of a window: below five minutes a day has more than 600 KiB, and what takes longer
    /// than a day nobody waits for.
    package static let windows: ClosedRange<Double> = 300...86_400

    /// Seconds between two samples: more often tells nothing more, and wakes the processor; with
    /// fewer a window of five minutes has none.
    package static let intervals: ClosedRange<Double> = 10...300

    /// Samples of one value that are kept for its percentiles; where there are more, every second
    /// one is dropped, and from then on half as many are kept.
    static let keptSamples = 512

    /// Windows by which the band of a value is drawn: a day of hours.
    static let bandWindows = 24

    /// Windows without which there is no band.
    static let bandMinimum = 6

    /// How often the spread of a value fits between its middle and the end of its band: of values
    /// that are spread as errors of measurement are, five standard deviations, and one sample in a
    /// million lies outside.
    static let bandWidth = 8.0

    /// Samples in a row outside a band that say that the value has left it: one may be a slip.
    static let confirmations = 2

    /// Samples between two times that the state is saved: so many are lost by a kill.
    static let samplesPerSave = 5

    /// Seconds by which the clock and the time since the start may differ between two samples: a
    /// client of a time server moves it by less, and slowly.
    static let clockStep = 1.0

    /// Records whose statements are read at one sample.
    static let recordsPerSample = 500

    /// Works that are read at one sample, and bytes after which no other one is begun.
    static let worksPerSample = 32
    static let workBytesPerSample: UInt64 = 64 << 20

    /// Names whose sizes are looked at for one sample: the bytes of more records are estimated.
    static let sizedRecords = 2_000
}
