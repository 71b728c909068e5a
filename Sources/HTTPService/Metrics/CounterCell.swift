import CoreMetrics
import Synchronization

/// A number that only rises, as swift-metrics counts it.
final class CounterCell: CounterHandler, FloatingPointCounterHandler {
    private let total = Mutex(0.0)

    var value: Double { total.withLock { $0 } }

    func increment(by amount: Int64) { total.withLock { $0 += Double(amount) } }

    func increment(by amount: Double) { total.withLock { $0 += amount } }

    func reset() { total.withLock { $0 = 0 } }
}
