/// What one number of a ``MetricsRegistry`` is at a moment.
package struct MetricReading: Sendable {
    /// What was measured.
    package enum Value: Sendable {
        /// The number of a counter or a gauge.
        case number(Double)

        /// How many observations each bucket of a histogram has, and the buckets' upper bounds,
        /// rising; the last bucket is for what is above all bounds.
        case histogram(counts: [UInt64], bounds: [Double])
    }

    /// The metric's name in Prometheus' alphabet.
    package let name: String

    /// The values of its labels, by their names.
    package let labels: [String: String]

    /// What was measured.
    package let value: Value

    /// Takes what was measured.
    package init(name: String, labels: [String: String], value: Value) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}

extension MetricsRegistry {
    /// Returns what everything measured is now, in no order.
    package func readings() -> [MetricReading] {
        instruments.map { series, instrument in
            MetricReading(
                name: series.name,
                labels: Dictionary(series.labels.map { ($0.name, $0.value) }) { $1 },
                value: instrument.reading)
        }
    }
}
