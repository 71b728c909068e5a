import Foundation
import TestHTTP
import Testing
import TestLedger

/// What `Schemas/operations.md`, `Schemas/witness.md`, `Schemas/audit.md` and `Schemas/alerts.yml`
/// say about the metrics, held to them.
@Suite(.serialized) struct OperationsTests {
    private static func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The metrics of the tables of ledger, witness and monitor, by name, with their types.
    ///
    /// What a process counts stands in all its registries, and these tests share theirs with the
    /// witness's.
    private static func table() throws -> [String: String] {
        let others = try ["Schemas/witness.md", "Schemas/audit.md"].map { try table(in: $0) }
        return try others.reduce(table(in: "Schemas/operations.md")) { all, more in
            all.merging(more) { one, two in
                #expect(one == two)
                return one
            }
        }
    }

    private static func table(in document: String) throws -> [String: String] {
        var table: [String: String] = [:]
        let row = /\n\| `(colophon_[a-z_]+)(?:\{[a-z, ]+\})?` \| ([a-z]+) \|/
        for match in try text(document).matches(of: row) {
            #expect(table.updateValue(String(match.2), forKey: String(match.1)) == nil)
        }
        return table
    }

    @Test func everyMetricThatIsPrintedStandsInTheTable() async throws {
        let table = try Self.table()
        try await TestServer.run { server in
            _ = try await server.post(try server.fixture.capture("a"))
            _ = try await server.send("GET", "/checkpoint")
            let exposition = try Exposition(try await server.send("GET", "/metrics").text)
            for (name, type) in exposition.types where name.hasPrefix("colophon_") {
                #expect(table[name] == type, "\(name), a \(type), is in no table")
            }
            #expect(exposition.samples["colophon_ready"] == 1)
            let size = try #require(exposition.samples["colophon_tree_size"])
            #expect(size >= 3)
        }
    }

    @Test func everyMetricThatIsDescribedStandsInTheTable() throws {
        let sources = try [
            "Sources/HTTPService/Metrics/MetricDescription.swift",
            "Sources/LedgerServer/Service/MetricsRegistry+Ledger.swift",
            "Sources/WitnessServer/MetricsRegistry+Witness.swift",
            "Sources/colophon/Commands/FollowMetrics.swift",
        ].map(Self.text).joined()
        let described = Set(sources.matches(of: /"(colophon_[a-z_]+)":/).map { String($0.1) })
        #expect(described.count >= 14)
        #expect(described.subtracting(try Self.table().keys) == [])
    }

    @Test func alertsAskOnlyForMetricsThatExist() throws {
        let table = try Self.table()
        let names = try Self.text("Schemas/alerts.yml").matches(of: /colophon_[a-z_]+/)
            .map { String($0.0) }
        #expect(names.count >= 8)
        for name in names {
            let family = ["_bucket", "_count", "_sum"].first { name.hasSuffix($0) }
                .map { String(name.dropLast($0.count)) }
            let isHistogram = family.map { table[$0] == "histogram" } ?? false
            #expect(table[name] != nil || isHistogram, "\(name)")
        }
    }

    @Test func everyAlertIsExplained() throws {
        let alerts = try Self.text("Schemas/alerts.yml").matches(of: /- alert: (\w+)/)
        let operations = try Self.text("Schemas/operations.md")
        #expect(alerts.count >= 8)
        for alert in alerts {
            #expect(operations.contains("| `\(alert.1)` |"), "\(alert.1) is not in operations.md")
        }
    }
}
