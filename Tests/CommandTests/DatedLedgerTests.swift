import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A ledger whose heads an authority and a calendar date: programs of their own, over HTTP.
@Suite(.serialized) struct DatedLedgerTests {
    private static let tools = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Tools/anchors.d")

    private let shop: Workshop

    init() async throws { shop = try await Workshop() }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    /// Starts one of those who date, and returns it with its URL.
    private func start(_ name: String, _ folder: String) async throws -> (RunningProgram, String) {
        let tool = Self.tools.appending(path: "\(name).py").path()
        let program = try RunningProgram("python3", [tool, folder], in: shop.folder)
        let url = try await program.says("listening on ")
        return (program, url)
    }

    private struct Anchor: Decodable, Hashable {
        let size: Int
        let type: String
        let name: String
        let state: String
        let time: String
    }

    private func get(_ path: String, of ledger: LedgerProcess) async throws -> Data {
        var request = URLRequest(url: try #require(URL(string: ledger.address + path)))
        request.cachePolicy = .reloadIgnoringLocalCacheData
        return try await URLSession.shared.data(for: request).0
    }

    private func anchors(of ledger: LedgerProcess) async throws -> [Anchor] {
        try JSONDecoder().decode([Anchor].self, from: await get("/anchors", of: ledger))
    }

    @Test func headsAreDatedAndWhatIsKeptOutlivesAKillAndTheFolder() async throws {
        let (authority, time) = try await start("authority", "authority")
        let (calendar, book) = try await start("otscald", "calendar")
        let flags = [
            "--timestamp-authority", time, "--timestamp-ca", "authority/ca.pem",
            "--timestamp-interval", "1s", "--calendar", book, "--calendar-interval", "1s",
        ]
        let ledger = try await LedgerProcess(in: shop, serve: flags)
        var kept: [Anchor] = []
        try await eventually("the first head is dated by both") {
            kept = try await anchors(of: ledger)
            return kept.count == 2
        }
        #expect(kept.map(\.type) == ["rfc3161", "opentimestamps"])
        #expect(kept.map(\.size) == [2, 2])
        #expect(kept.map { "http://\($0.name)" } == [time, book])
        #expect(kept[0].state == "complete")
        try await ledger.crash()
        try await ledger.start()
        let after = try await anchors(of: ledger)
        #expect(after.prefix(2).map(\.time).first == kept[0].time)
        #expect(Set(after.map(\.type)) == ["rfc3161", "opentimestamps"])

        // An online check, a backup and an export: all by the process that has the ledger open.
        let checked = try await colophond("fsck", "--data", "ledger")
        #expect(checked.status == 0, "\(checked.output) \(checked.words)")
        for arguments in [["backup", "--to", "backups"], ["export", "--out", "export"]] {
            let made = try await Program.run(
                "colophond", arguments + ["--data", "ledger"], in: shop.folder)
            #expect(made.status == 0, "\(made.words)")
        }
        #expect(try !shop.bytes("export/anchors/000").isEmpty)

        // The kit has whose tokens are believed, and who the calendars are.
        try await ledger.writeKit()
        let roots = String(decoding: try shop.bytes("trust/tsa.pem"), as: UTF8.self)
        #expect(roots.contains("-----BEGIN CERTIFICATE-----"))
        #expect(String(decoding: try shop.bytes("trust/calendars"), as: UTF8.self) == "\(book)\n")
        #expect(try await ledger.stop() == 0)

        // Authorities are not read again, and nobody is left to believe so.
        try await ledger.start()
        try await ledger.hangUp(until: "the files of --timestamp-ca are not read again")
        #expect(try await ledger.stop() == 0)

        // Nobody has to be there for what was kept.
        _ = try await authority.end(by: SIGTERM)
        _ = try await calendar.end(by: SIGTERM)
        try FileManager.default.removeItem(at: shop.url("ledger"))
        let restored = try await colophond("restore", "--data", "ledger", "--from", "backups")
        #expect(restored.status == 0, "\(restored.words)")
        let offline = try await colophond("fsck", "--data", "ledger")
        #expect(offline.status == 0, "\(offline.output) \(offline.words)")
        try await ledger.restart(with: [])
        #expect(try await anchors(of: ledger).contains(kept[0]))
    }

    /// What was registered last has its date, although the interval has hours to go.
    @Test func atTheEndTheLastHeadIsDatedToo() async throws {
        let (authority, time) = try await start("authority", "authority")
        let ledger = try await LedgerProcess(
            in: shop,
            serve: [
                "--timestamp-authority", time, "--timestamp-ca", "authority/ca.pem",
                "--timestamp-interval", "24h",
            ])
        try await eventually("the first head is dated") {
            try await anchors(of: ledger).map(\.size) == [2]
        }
        try await ledger.add("berlin", issuer: Workshop.berlin)
        #expect(try await ledger.stop() == 0)
        _ = try await authority.end(by: SIGTERM)
        try await ledger.restart(with: [])
        #expect(try await anchors(of: ledger).map(\.size) == [2, 3])
    }

    @Test func aSourceThatIsGoneHoldsNothingUp() async throws {
        let (authority, time) = try await start("authority", "authority")
        _ = try await authority.end(by: SIGTERM)
        let ledger = try await LedgerProcess(
            in: shop,
            serve: [
                "--timestamp-authority", time, "--timestamp-ca", "authority/ca.pem",
                "--timestamp-interval", "1s",
            ])
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await eventually("the failure is counted") {
            let metrics = String(decoding: try await get("/metrics", of: ledger), as: UTF8.self)
            return metrics.contains("colophon_anchor_failures_total{")
        }
        #expect(try await anchors(of: ledger) == [])
        let ready = String(decoding: try await get("/readyz", of: ledger), as: UTF8.self)
        #expect(ready.hasPrefix("ready\n"))
        #expect(try await ledger.stop() == 0)
    }

    // MARK: - Mistakes

    struct Mistake: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let words: [String]

        init(_ arguments: [String], _ words: String...) {
            (self.arguments, self.words) = (arguments, words)
        }

        var testDescription: String { arguments.joined(separator: " ") }

        static let url = "http://time.example"

        static let all = [
            Mistake(
                ["--timestamp-authority", url], "--timestamp-authority: ",
                "authorities: 1, CA files: 0;"),
            Mistake(
                ["--timestamp-ca", "ca.pem"], "--timestamp-ca: ",
                "authorities: 0, CA files: 1;"),
            Mistake(
                ["--timestamp-authority", url, "--timestamp-ca", "none.pem"],
                "--timestamp-ca: none.pem: "),
            Mistake(
                ["--timestamp-authority", url, "--timestamp-ca", "text"],
                "--timestamp-ca: text: ", "certificate"),
            Mistake(
                ["--timestamp-authority", "time.example", "--timestamp-ca", "text"],
                "--timestamp-authority: \"time.example\" begins with neither"),
            Mistake(
                ["--timestamp-authority", "http://me:word@time.example", "--timestamp-ca", "text"],
                "--timestamp-authority: ", "a user"),
            Mistake(
                ["--timestamp-authority", "http://a,b", "--timestamp-ca", "text"],
                "--timestamp-authority: ", "comma"),
            Mistake(["--timestamp-interval", "0s"], "--timestamp-interval: ", "1s to 24h"),
            Mistake(["--calendar-interval", "25h"], "--calendar-interval: ", "1s to 24h"),
            Mistake(["--calendar-interval", "soon"], "--calendar-interval: ", "length of time"),
            Mistake(["--calendar", "http://calendar.example"], "--calendar: ", "not https"),
            Mistake(
                ["--calendar", "https://a.example", "--calendar", "https://a.example/"],
                "--calendar: https://a.example is named twice"),
            Mistake(
                (1...5).flatMap { ["--calendar", "https://\($0).example"] }, "--calendar: ",
                "more than 4"),
        ]
    }

    /// The administrator of a ledger that is not dated may know whom its readers believe.
    @Test func aKitNamesTheAuthoritiesThatItsMakerNames() async throws {
        let (authority, _) = try await start("authority", "authority")
        let ledger = try await LedgerProcess(in: shop)
        let ca = ["--timestamp-ca", "authority/ca.pem"]
        for isServed in [true, false] {
            let kit = isServed ? "served" : "stopped.colophon-kit"
            let made = try await Program.run(
                "colophond", ["trust-kit", "--data", "ledger", "--out", kit] + ca + ca,
                in: shop.folder)
            #expect(made.status == 0, "\(made.words)")
            let shown = try await Program.run("colophon", ["trust", "show", kit], in: shop.folder)
            #expect(shown.status == 0, "\(shown.words)")
            let object = try await Program.run(
                "colophon", ["trust", "show", kit, "--json"], in: shop.folder
            ).objects.first
            #expect((object?["timestampAuthorities"] as? [Any])?.count == 1, "\(shown.output)")
            if isServed { #expect(try await ledger.stop() == 0) }
        }
        let refused = try await colophond(
            "trust-kit", "--data", "ledger", "--out", "none", "--timestamp-ca", "berlin.pub.pem")
        #expect(refused.status == 2 && refused.words.contains("--timestamp-ca: berlin.pub.pem: "))
        #expect(try !shop.exists("none"))
        _ = try await authority.end(by: SIGTERM)
    }

    @Test(arguments: Mistake.all)
    func aMistakeIsNamedByItsFlagAndItsRule(mistake: Mistake) async throws {
        try shop.write("no certificate", to: "text")
        let told = try await Program.run(
            "colophond", ["serve", "--data", "ledger"] + mistake.arguments, in: shop.folder)
        #expect(told.status == 2, "\(told.words)")
        for words in mistake.words { #expect(told.words.contains(words), "\(told.words)") }
    }

    @Test func theSettingsAreListsInTheFileWithPathsFromItsFolder() async throws {
        try FileManager.default.createDirectory(
            at: shop.url("etc"), withIntermediateDirectories: true)
        try shop.write(
            """
            timestamp-authorities: [http://one.example, http://two.example]
            timestamp-cas: [one.pem, two.pem]
            calendars:
              - https://a.example
              - https://b.example

            """, to: "etc/c.yaml")
        let shown = try await colophond("serve", "--config", "etc/c.yaml", "--print-config")
        #expect(shown.status == 0, "\(shown.words)")
        let folder = try #require(
            shown.output.firstMatch(of: /timestamp-cas: "?([^\s",]*)one\.pem,([^\s",]*)two\.pem/))
        #expect(folder.1 == folder.2 && folder.1.hasPrefix("/") && folder.1.hasSuffix("etc/"))
        #expect(
            shown.output.contains("calendars: \"https://a.example,https://b.example\"  # file"))
        #expect(shown.output.contains("timestamp-interval: 10m"))
        #expect(shown.output.contains("calendar-interval: 1h"))
    }
}
