import CoreMetrics
import Synchronization

/// A histogram, the observations below each bound: swift-metrics' recorders and timers.
final class HistogramCell: RecorderHandler, TimerHandler {
    /// The counts of a histogram.
    struct Snapshot: Sendable {
        /// Observations per bucket, not cumulative; the last is for what is above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let seen: Mutex<Snapshot>

    init(bounds: [Double]) {
        self.bounds = bounds
        seen = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var snapshot: Snapshot { seen.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // A bound belongs to its bucket: "le" is less than or equal.
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        seen.withLock { seen in
            seen.counts[bucket] += 1
            seen.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
