import CoreMetrics
import HTTPService
import Metrics
import TestHTTP
import Testing

@Suite struct MetricsRegistryTests {
    @Test func labelsAndNamesAreEscaped() throws {
        let registry = MetricsRegistry()
        Counter(
            label: "odd-name.total", dimensions: [("a b", "quote \" slash \\ line \n end")],
            factory: registry
        ).increment(by: 3)
        let exposition = try Exposition(registry.text())
        #expect(
            exposition.samples == ["odd_name_total{a_b=\"quote \\\" slash \\\\ line \\n end\"}": 3])
    }

    @Test func aHistogramIsCumulative() throws {
        let registry = MetricsRegistry()
        let recorder = Recorder(label: "colophon_batch_entries", factory: registry)
        for value in [1, 2, 2, 3, 4096, 5000] { recorder.record(value) }
        let exposition = try Exposition(registry.text())
        let counts = exposition.samples
        #expect(exposition.types["colophon_batch_entries"] == "histogram")
        #expect(counts["colophon_batch_entries_bucket{le=\"1\"}"] == 1)
        #expect(counts["colophon_batch_entries_bucket{le=\"2\"}"] == 3)
        #expect(counts["colophon_batch_entries_bucket{le=\"4096\"}"] == 5)
        #expect(counts["colophon_batch_entries_bucket{le=\"+Inf\"}"] == 6)
        #expect(counts["colophon_batch_entries_count"] == 6)
        #expect(counts["colophon_batch_entries_sum"] == 9104)
    }

    @Test func timersAreInSeconds() throws {
        let registry = MetricsRegistry()
        Metrics.Timer(label: "t_seconds", factory: registry).recordMilliseconds(250)
        let exposition = try Exposition(registry.text())
        #expect(exposition.samples["t_seconds_sum"] == 0.25)
        #expect(exposition.samples["t_seconds_bucket{le=\"0.1\"}"] == 0)
        #expect(exposition.samples["t_seconds_bucket{le=\"0.25\"}"] == 1)
    }

    /// What replaces something is made before that ends.
    @Test func aGaugeGoesWithTheLastWhoHasMadeIt() throws {
        let registry = MetricsRegistry()
        let former = Gauge(label: "up", dimensions: [("of", "a")], factory: registry)
        let gone = Gauge(label: "up", dimensions: [("of", "b")], factory: registry)
        let counted = Counter(label: "asked_total", factory: registry)
        for gauge in [former, gone] { gauge.record(1) }
        counted.increment()
        let next = Gauge(label: "up", dimensions: [("of", "a")], factory: registry)
        for gauge in [former, gone] { gauge.destroy() }
        counted.destroy()
        #expect(try Exposition(registry.text()).samples == ["up{of=\"a\"}": 1, "asked_total": 1])
        // The last one's value counts for nobody.
        gone.record(5)
        next.destroy()
        #expect(try Exposition(registry.text()).samples == ["asked_total": 1])
        Gauge(label: "up", dimensions: [("of", "a")], factory: registry).record(3)
        #expect(try Exposition(registry.text()).samples["up{of=\"a\"}"] == 3)
    }

    @Test func gaugesGoUpAndDown() throws {
        let registry = MetricsRegistry()
        Gauge(label: "g", factory: registry).record(7)
        Gauge(label: "g", factory: registry).record(-1.5)
        #expect(try Exposition(registry.text()).samples == ["g": -1.5])
    }
}
