import CoreMetrics
import Synchronization

/// A number that goes up and down: swift-metrics' gauges and meters.
final class GaugeCell: MeterHandler, RecorderHandler {
    let series: MetricSeries
    private let current = Mutex(0.0)

    init(_ series: MetricSeries) {
        self.series = series
    }

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { current.withLock { $0 = value } }

    func increment(by amount: Double) { current.withLock { $0 += amount } }

    func decrement(by amount: Double) { current.withLock { $0 -= amount } }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }
}
