package import CoreMetrics
import Synchronization

/// All numbers the process measures, in the form in which Prometheus fetches them.
///
/// Bootstrap it once as swift-metrics' factory; what anyone counts after that is in ``text()``.
/// Counters and histograms are kept for ever: one that vanished would look like a restart. A gauge
/// goes with the last who has made it and destroys it: its newest value says how something is, and
/// what is gone is in no way any more.
package final class MetricsRegistry: MetricsFactory {
    enum Instrument: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)

        /// The word of the `TYPE` line.
        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }

        /// What it has measured until now.
        var reading: MetricReading.Value {
            switch self {
            case .counter(let cell): .number(cell.value)
            case .gauge(let cell): .number(cell.value)
            case .histogram(let cell):
                .histogram(counts: cell.snapshot.counts, bounds: cell.bounds)
            }
        }
    }

    private struct State {
        var instruments: [MetricSeries: Instrument] = [:]
        /// How many have made a gauge and not destroyed it.
        var holders: [MetricSeries: Int] = [:]
    }

    private let state = Mutex(State())

    private let description: MetricDescription

    /// Creates an empty registry.
    ///
    /// `texts` says by name what a service measures beside requests and certificate.
    package init(describing texts: [String: String] = [:]) {
        description = MetricDescription(adding: texts)
    }

    // MARK: - Instruments

    /// Returns the counter of this name and these dimensions, the same one each time.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(MetricSeries(label, dimensions))
    }

    /// Returns a counter that takes fractions.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(MetricSeries(label, dimensions))
    }

    /// Returns a gauge: its newest value counts.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(MetricSeries(label, dimensions))
    }

    /// Returns a histogram, or a gauge where nothing is to be aggregated.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let series = MetricSeries(label, dimensions)
        return aggregate ? histogram(series) : gauge(series)
    }

    /// Returns a histogram of durations.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricSeries(label, dimensions))
    }

    /// Does nothing: a counter is never forgotten, so that it never falls.
    package func destroyCounter(_ handler: any CounterHandler) {}

    /// Does nothing, as ``destroyCounter(_:)``.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Forgets a gauge that nobody else has made and not destroyed.
    package func destroyMeter(_ handler: any MeterHandler) {
        if let cell = handler as? GaugeCell { release(cell) }
    }

    /// Forgets a gauge, as ``destroyMeter(_:)``; a histogram stays.
    package func destroyRecorder(_ handler: any RecorderHandler) {
        if let cell = handler as? GaugeCell { release(cell) }
    }

    /// Does nothing, as ``destroyCounter(_:)``.
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ series: MetricSeries) -> CounterCell {
        state.withLock { state in
            if case .counter(let cell)? = state.instruments[series] { return cell }
            let cell = CounterCell()
            state.instruments[series] = state.instruments[series] ?? .counter(cell)
            return cell
        }
    }

    private func gauge(_ series: MetricSeries) -> GaugeCell {
        state.withLock { state in
            state.holders[series, default: 0] += 1
            if case .gauge(let cell)? = state.instruments[series] { return cell }
            let cell = GaugeCell(series)
            state.instruments[series] = state.instruments[series] ?? .gauge(cell)
            return cell
        }
    }

    private func release(_ cell: GaugeCell) {
        state.withLock { state in
            guard let holders = state.holders[cell.series] else { return }
            state.holders[cell.series] = holders > 1 ? holders - 1 : nil
            guard holders == 1, case .gauge? = state.instruments[cell.series] else { return }
            state.instruments[cell.series] = nil
        }
    }

    private func histogram(_ series: MetricSeries) -> HistogramCell {
        state.withLock { state in
            if case .histogram(let cell)? = state.instruments[series] { return cell }
            let cell = HistogramCell(bounds: MetricDescription.bounds(of: series.name))
            state.instruments[series] = state.instruments[series] ?? .histogram(cell)
            return cell
        }
    }

    // MARK: - Exposition

    /// Everything that is measured.
    var instruments: [MetricSeries: Instrument] { state.withLock { $0.instruments } }

    /// Returns everything in Prometheus' text format, version 0.0.4, sorted by name.
    package func text() -> String {
        let families = Dictionary(grouping: instruments, by: \.key.name)
        var text = ""
        for (name, members) in families.sorted(by: { $0.key < $1.key }) {
            guard let type = members.first?.value.type else { continue }
            text += "# HELP \(name) \(description.help(of: name))\n"
            text += "# TYPE \(name) \(type)\n"
            let lines = members.filter { $0.value.type == type }
                .map { ($0.key.text(), Self.samples(of: $0.key, $0.value)) }
            for (_, samples) in lines.sorted(by: { $0.0 < $1.0 }) {
                text += samples
            }
        }
        return text
    }

    private static func samples(of series: MetricSeries, _ instrument: Instrument) -> String {
        switch instrument {
        case .counter(let cell): "\(series.text()) \(number(cell.value))\n"
        case .gauge(let cell): "\(series.text()) \(number(cell.value))\n"
        case .histogram(let cell): samples(of: series, cell)
        }
    }

    private static func samples(of series: MetricSeries, _ cell: HistogramCell) -> String {
        let snapshot = cell.snapshot
        var text = ""
        var total: UInt64 = 0
        for (bound, count) in zip(cell.bounds + [.infinity], snapshot.counts) {
            total += count
            let label = MetricSeries.Label(name: "le", value: number(bound))
            text += "\(series.text(suffix: "_bucket", and: label)) \(total)\n"
        }
        text += "\(series.text(suffix: "_sum")) \(number(snapshot.sum))\n"
        text += "\(series.text(suffix: "_count")) \(total)\n"
        return text
    }

    /// Numbers as Go reads them: integers without a point, `+Inf` for what is above all bounds.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? "\(value)"
    }
}
