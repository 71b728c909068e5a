import CoreMetrics
import Foundation
import HTTPService
import LedgerServer
import Metrics
import Testing
import TestLedger

@Suite(.serialized) struct MetricsTests {
    @Test func everythingIsCountedWhereItHappens() async throws {
        try await TestServer.run { server in
            let before = try await Self.scrape(server)
            let file = try server.fixture.capture("a")
            _ = try await server.post(file)
            _ = try await server.post(file)
            _ = try await server.post([1])
            _ = try await server.send("BREW", "/nope")
            let after = try await Self.scrape(server)
            func risen(_ sample: String) -> Double {
                (after.samples[sample] ?? 0) - (before.samples[sample] ?? 0)
            }
            for status in [200, 201, 400] {
                let labels = "{method=\"POST\",route=\"/entries\",status=\"\(status)\"}"
                // Other tests share the registry: at least ours are in it.
                #expect(risen("colophon_http_requests_total\(labels)") >= 1)
            }
            for result in ["registered", "known", "malformed"] {
                #expect(risen("colophon_admissions_total{result=\"\(result)\"}") >= 1)
            }
            #expect(risen("colophon_sync_seconds_count") >= 1)
            #expect(risen("colophon_batch_entries_sum") >= 1)
            #expect(after.types["colophon_tree_size"] == "gauge")
            #expect(after.types["colophon_queue_entries"] == "gauge")
            let age = try #require(after.samples["colophon_checkpoint_age_seconds"])
            #expect((-1...60).contains(age))
        }
    }

    private static func scrape(_ server: TestServer) async throws -> Exposition {
        let answer = try await server.send("GET", "/metrics")
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return try Exposition(answer.text)
    }

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
