import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Works of a ledger that an authority and a calendar date, as a collector meets them: every
/// program is the real one, the two are played on this machine.
@Suite(
    .enabled(if: Program.succeeds("command -v openssl python3"), "needs openssl and python3"))
struct DatedWorksTests {
    private static let kit = "trust.colophon-kit"

    private let ledger: LedgerProcess
    private let players: [RunningProgram]
    private let calendar: String
    private var shop: Workshop { ledger.shop }

    /// A ledger whose heads are dated as often as can be, and one work that is registered and has
    /// its token.
    init() async throws {
        let shop = try await Workshop()
        var players: [RunningProgram] = []
        var addresses: [String] = []
        for name in ["authority", "otscald"] {
            players.append(
                try RunningProgram("python3", [Self.tool(name), name], in: shop.folder))
            addresses.append(
                try await eventually("\(name) answers") {
                    guard try shop.exists("\(name)/url") else { return nil }
                    let text = String(decoding: try shop.bytes("\(name)/url"), as: UTF8.self)
                    return text.hasSuffix("\n") ? String(text.dropLast()) : text
                })
        }
        self.players = players
        calendar = addresses[1]
        ledger = try await LedgerProcess(
            in: shop,
            serve: [
                "--timestamp-authority", addresses[0], "--timestamp-ca", "authority/ca.pem",
                "--timestamp-interval", "1s", "--calendar", addresses[1], "--calendar-interval",
                "1s",
            ])
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let fetched = try await ledger.colophon("trust", "fetch", "--json")
        try #require(fetched.status == 0, "\(fetched.words)")
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let sent = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "--trust", Self.kit, "--until", "timestamped",
            "--wait", "5m")
        try #require(sent.status == 0, "\(sent.words)")
    }

    /// A program of `Tools/anchors.d`.
    private static func tool(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Tools/anchors.d/\(name).py")
            .path(percentEncoded: false)
    }

    private func verify(_ arguments: String..., kit: String = kit) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "photo.jpg", "--trust", kit] + arguments, in: shop.folder)
    }

    /// The lines that are too wide for a terminal, but for what is to be pasted whole.
    private func wide(_ outcome: Program.Outcome) -> [Substring] {
        outcome.output.split(separator: "\n").filter {
            $0.count > 80 && !$0.hasPrefix("  colophon ") && !$0.hasPrefix("  hint: ")
        }
    }

    /// Has the calendar write what it was given into blocks, and brings the record's proof.
    private func bringBlock() async throws {
        let before = try #require(
            try await verify("--json").objects.first?["evidence"] as? [[String: Any]])
        try #require(before.allSatisfy { $0["type"] as? String == "rfc3161" })
        try await eventually("the record has its block") {
            var mine = URLRequest(
                url: try #require(URL(string: calendar + "/control/mine?blocks=7")))
            mine.httpMethod = "POST"
            _ = try await URLSession.shared.data(for: mine)
            let refreshed = try await ledger.colophon(
                "refresh", "photo.jpg.colophon", "--trust", Self.kit)
            try #require(refreshed.status == 0, "\(refreshed.words)")
            let now = try await verify("--json").objects.first?["evidence"] as? [[String: Any]]
            return now?.contains { $0["type"] as? String == "opentimestamps" } == true
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aTimestampedWorkSaysByWhomAndByWhenItExisted() async throws {
        let verdict = try await verify("--require", "timestamped")
        #expect(verdict.status == 0, "\(verdict.output)")
        let words = words(verdict)
        #expect(words.contains("timestamped by ") && words.contains(" existed by "), "\(words)")
        #expect(words.contains("nothing was looked up online"))
        let long = try await verify("--verbose")
        #expect(wide(verdict).isEmpty && wide(long).isEmpty, "\(wide(verdict) + wide(long))")
        let object = try #require(try await verify("--json").objects.first)
        #expect(object["reached"] as? String == "timestamped")
        let evidence = try #require((object["evidence"] as? [[String: Any]])?.first)
        #expect(evidence["type"] as? String == "rfc3161" && evidence["verdict"] as? String == "ok")
        #expect(evidence["sealed"] as? Bool == false && evidence["expires"] is Int)
        let bound = try #require(object["existedBy"] as? [String: Any])
        #expect(bound["type"] as? String == "rfc3161")
        #expect(bound["time"] as? Int == evidence["time"] as? Int)
        #expect(bound["authority"] as? String == evidence["authority"] as? String)
        // No further than that.
        let more = try await verify("--require", "anchored")
        #expect(more.status == 1)
        #expect(more.output.unwrapped.contains("only \"timestamped\" is reached"), "\(more.output)")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aBlockOfTheCollectorsOwnHeadersAnchorsTheWorkAndSealsItsToken() async throws {
        try await bringBlock()
        let unchecked = try await verify("--require", "anchored")
        #expect(unchecked.status == 1, "\(unchecked.output)")
        #expect(words(unchecked).contains("which headers of your own can check"))
        #expect(
            words(unchecked).contains("--bitcoin-headers FILE checks it"), "\(unchecked.output)")
        let verdict = try await verify(
            "--require", "anchored", "--bitcoin-headers", "otscald/headers")
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(words(verdict).contains("of headers, "), "\(verdict.output)")
        #expect(words(verdict).contains("(good to about two hours)"))
        #expect(wide(verdict).isEmpty, "\(wide(verdict))")
        // The setting and the variable say the same.
        try shop.write("bitcoin-headers: otscald/headers\n", to: "collector.yaml")
        let object = try #require(
            try await verify("--json", "--config", "collector.yaml").objects.first)
        #expect(object["reached"] as? String == "anchored")
        let all = try #require(object["evidence"] as? [[String: Any]])
        let token = try #require(all.first { $0["type"] as? String == "rfc3161" })
        let block = try #require(all.first { $0["type"] as? String == "opentimestamps" })
        #expect(block["tolerance"] as? Int == 7_200 && block["expires"] == nil)
        #expect(all.contains { $0["sealed"] as? Bool == true }, "\(token) \(block)")
        let variable = try await Program.run(
            "colophon", ["verify", "photo.jpg", "--trust", Self.kit, "--require", "anchored"],
            in: shop.folder, environment: ["COLOPHON_BITCOIN_HEADERS": "otscald/headers"])
        #expect(variable.status == 0, "\(variable.output)")
        // Another chain has another block there.
        var reorganize = URLRequest(
            url: try #require(URL(string: calendar + "/control/reorg?blocks=2000")))
        reorganize.httpMethod = "POST"
        _ = try await URLSession.shared.data(for: reorganize)
        let stale = try await verify("--bitcoin-headers", "otscald/headers")
        #expect(stale.status == 1 && words(stale).contains("FALSE"), "\(stale.output)")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aKitSaysWhomItBelievesAboutTheTimeAndWithoutThemTheLevelIsPassedOver() async throws {
        let shown = try await shop.colophon("trust", "show", Self.kit)
        #expect(shown.status == 0)
        for part in ["whose certificate ends at", "calendars, which decide nothing", calendar] {
            #expect(shown.output.contains(part), "\(shown.output)")
        }
        let object = try #require(
            try await shop.colophon("trust", "show", Self.kit, "--json").objects.first)
        let authorities = try #require(object["timestampAuthorities"] as? [[String: Any]])
        #expect(authorities.count == 1 && authorities.first?["until"] is Int)
        #expect(object["calendars"] as? [String] == [calendar])
        let told = try await ledger.colophon("trust", "fetch", "--out", "folder")
        #expect(told.words.contains("the operator chose timestamp authorities: tsa.pem, SHA-256 "))
        #expect(told.words.contains("which decide nothing: \(calendar)"), "\(told.words)")
        // A collector who believes no authority, and updates: they stay away until asked for.
        try FileManager.default.removeItem(at: shop.url("folder/tsa.pem"))
        try FileManager.default.removeItem(at: shop.url("folder/calendars"))
        let nameless = try await verify("--require", "timestamped", kit: "folder")
        #expect(nameless.status == 1, "\(nameless.output)")
        #expect(words(nameless).contains("the kit names no timestamp authority"))
        #expect(try await verify(kit: "folder").status == 0)
        let updated = try await ledger.colophon("trust", "update", "folder")
        #expect(updated.status == 0 && updated.words.contains("+ tsa.pem"), "\(updated.words)")
        #expect(updated.words.contains("+ calendar \(calendar)"))
        #expect(try !shop.exists("folder/tsa.pem") && !shop.exists("folder/calendars"))
        let taken = try await ledger.colophon("trust", "update", "folder", "--accept-policy")
        #expect(taken.status == 0, "\(taken.words)")
        #expect(try await verify("--require", "timestamped", kit: "folder").status == 0)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatCannotBeReadIsUnusableAndNamed() async throws {
        let none = try await verify("--bitcoin-headers", "none")
        #expect(none.status == 2 && none.words.contains("none"), "\(none.words)")
        try shop.write("800000 00\n", to: "bad.txt")
        let bad = try await verify("--bitcoin-headers", "bad.txt")
        #expect(bad.status == 2 && bad.words.contains("line 1 is not a height"), "\(bad.words)")
        let fetched = try await ledger.colophon("trust", "fetch", "--out", "folder")
        try #require(fetched.status == 0)
        try shop.write("no certificate\n", to: "folder/tsa.pem")
        let kit = try await verify(kit: "folder")
        #expect(kit.status == 2 && kit.words.contains("folder/tsa.pem"), "\(kit.words)")
        let shown = try await shop.colophon("trust", "show", "folder")
        #expect(shown.status == 0 && shown.output.contains("verify takes no such kit"))
    }
}
