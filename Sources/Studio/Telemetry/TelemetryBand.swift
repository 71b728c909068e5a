/// The band of one value: where it is usually (telemetry.md §4).
///
/// The middle is the median of the smallest, the middle and the largest samples of the last
/// windows. The spread is the median of their distances from it: a few wild samples move neither.
struct TelemetryBand: Hashable, Sendable {
    /// The figures of the last windows, the oldest first.
    private(set) var windows: [[Double]] = []

    init() {}

    /// Takes what was saved; nil where it is no band.
    init?(_ windows: [[Double]]) {
        guard windows.count <= TelemetryLimit.bandWindows,
            windows.allSatisfy({ $0.count == 3 })
        else { return nil }
        self.windows = windows
    }

    /// Takes a window that is over.
    mutating func add(_ series: TelemetrySeries) {
        windows.append(series.figures)
        if windows.count > TelemetryLimit.bandWindows { windows.removeFirst() }
    }

    /// The values inside; nil while too few windows are known.
    func inside(leastHalf: Double) -> ClosedRange<Double>? {
        guard windows.count >= TelemetryLimit.bandMinimum else { return nil }
        let figures = windows.flatMap { $0 }
        let middle = Self.median(figures)
        let spread = Self.median(figures.map { abs($0 - middle) })
        let half = max(TelemetryLimit.bandWidth * spread, leastHalf)
        return middle - half...middle + half
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
