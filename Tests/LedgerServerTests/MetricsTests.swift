import Foundation
import LedgerServer
import TestHTTP
import Testing
import TestLedger

@Suite(.serialized) struct MetricsTests {
    @Test func everythingIsCountedWhereItHappens() async throws {
        let began = Date()
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
            // Heads have whole seconds.
            #expect((-1...Date().timeIntervalSince(began) + 1).contains(age))
        }
    }

    private static func scrape(_ server: TestServer) async throws -> Exposition {
        let answer = try await server.send("GET", "/metrics")
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return try Exposition(answer.text)
    }
}
