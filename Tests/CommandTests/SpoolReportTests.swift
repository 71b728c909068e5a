import Foundation
import TestSupport
import Testing

/// A PoP that tells what it measures of itself (telemetry.md).
@Suite struct SpoolReportTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try await shop.makeSpool()
    }

    private func records() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.url("outbox/pending").path())
            .sorted()
    }

    @Test func printShowsTheNumbersAndSealsNothing() async throws {
        let shown = try await shop.colophon("spool", "report", "outbox", "--print")
        #expect(shown.status == 0, "\(shown.words)")
        let lines = shown.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("window 20") == true, "\(shown.output)")
        #expect(lines.contains { $0.hasPrefix("  waiting ") && $0.contains("p50 0") })
        #expect(lines.contains("integrity:") && lines.contains("business:"))
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(shown.output)")
        let object = try await shop.colophon("spool", "report", "outbox", "--print", "--json")
        let device = try #require(object.objects.first?["device"] as? [String: Any])
        #expect(device["waiting.p50"] as? Int == 0 && device["samples"] as? Int == 1)
        #expect(try records().isEmpty && !shop.exists("outbox/telemetry/state.json"))
    }

    @Test func eachRunSealsAStatementOfWhatWasMeasuredSinceTheLast() async throws {
        for number in 0..<2 {
            let sealed = try await shop.colophon("spool", "report", "outbox", "--json")
            #expect(sealed.status == 0, "\(sealed.words)")
            let object = try #require(sealed.objects.first)
            #expect(object["record"] as? String == "000000000\(number)-telemetry.colophon")
            #expect(object["bytes"] as? Int ?? .max <= 2_048)
        }
        var windows: [[String: String]] = []
        for record in try records() {
            let predicate = try await shop.predicate("outbox/pending/\(record)")
            windows.append(try #require(predicate["window"] as? [String: String]))
        }
        #expect(windows.count == 2 && windows[0]["to"] == windows[1]["from"], "\(windows)")
    }

    @Test func theEndSealsWhatIsLeftAndOneReporterWorksAtATime() async throws {
        let reporter = try RunningProgram(
            "colophon", ["spool", "report", "outbox", "--follow"], in: shop.folder)
        try await reporter.says("measuring")
        let second = try await shop.colophon("spool", "report", "outbox")
        #expect(second.status == 3 && second.words.contains("another colophon spool report"))
        let ended = try await reporter.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        #expect(ended.output.hasPrefix("0000000000-telemetry.colophon "), "\(ended.output)")
        #expect(try records() == ["0000000000-telemetry.colophon"])
    }

    @Test(arguments: [
        (["--follow", "--print"], "--print looks once"),
        (["--window", "1h"], "go with --follow"),
        (["--follow", "--window", "1m"], "5m to 24h"),
        (["--follow", "--every", "5s"], "10s to 5m"),
    ])
    func whatDoesNotGoTogetherIsWrongUsage(flags: [String], words: String) async throws {
        let refused = try await Program.run(
            "colophon", ["spool", "report", "outbox"] + flags, in: shop.folder)
        #expect(refused.status == 2 && refused.words.contains(words), "\(refused.words)")
    }

    @Test func aFigureThatNoReconciliationHasIsNamed() async throws {
        let settings = String(decoding: try shop.bytes("outbox/spool.json"), as: UTF8.self)
        let changed = settings.dropLast("\n}\n".count) + ",\n  \"telemetry\": [\"profit\"]\n}\n"
        try shop.write(String(changed), to: "outbox/spool.json")
        let refused = try await shop.colophon("spool", "report", "outbox")
        #expect(refused.status == 2)
        #expect(refused.words.contains("names \"profit\", which is no figure"))
        #expect(refused.words.contains("allotted, sold, returned, remaining"))
    }
}
