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

    @Test func gaugesGoUpAndDown() throws {
        let registry = MetricsRegistry()
        Gauge(label: "g", factory: registry).record(7)
        Gauge(label: "g", factory: registry).record(-1.5)
        #expect(try Exposition(registry.text()).samples == ["g": -1.5])
    }
}
