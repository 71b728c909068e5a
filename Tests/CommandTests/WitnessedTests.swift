import Foundation
import Testing
import TestSupport

/// A ledger with witnesses as a PoP and a collector meet it: every program is the real one.
@Suite struct WitnessedTests {
    private static let names = ["berlin-1", "lisbon", "oslo"]

    private let ledger: LedgerProcess
    private let witnesses: [RunningProgram]
    private var shop: Workshop { ledger.shop }

    /// A ledger whose kit, `trust.colophon-kit`, asks for two of three witnesses, and a work.
    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.writeKit()
        let log = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("log ") }.joined(separator: "\n")
        try shop.write(log + "\n", to: "logs")
        var witnesses: [RunningProgram] = []
        var policy = ""
        for name in Self.names {
            let key = try await shop.colophon(
                "keygen", "--witness", "\(name).example", "--out", "\(name).pem", "--json")
            let vkey = try #require(key.objects.first?["vkey"] as? String, "\(key.words)")
            let witness = try RunningProgram(
                "colophon",
                [
                    "witness", "--data", "witness-\(name)", "--key", "\(name).pem", "--name",
                    "\(name).example", "--logs", "logs", "--listen", "127.0.0.1:0",
                ], in: shop.folder)
            witnesses.append(witness)
            let url = try await witness.says("listening on ").prefix { !$0.isWhitespace }
            policy += "witness \(name) \(vkey) \(url)\n"
        }
        self.witnesses = witnesses
        policy += "group two 2 \(Self.names.joined(separator: " "))\nquorum two\n"
        try shop.write(policy, to: "witnesses")
        try await ledger.restart(with: [
            "--witness-policy", "witnesses", "--witness-interval", "1s",
        ])
        let fetched = try await ledger.colophon("trust", "fetch", "--json")
        try #require(fetched.status == 0, "\(fetched.words)")
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
    }

    private func submit(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["submit", "--ledger", ledger.address, "--trust", "trust.colophon-kit"] + arguments,
            in: shop.folder)
    }

    private func verify(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "photo.jpg", "--trust", "trust.colophon-kit"] + arguments,
            in: shop.folder)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRecordIsWitnessedAndSaysByWhom() async throws {
        let shown = try await shop.colophon("trust", "show", "trust.colophon-kit")
        #expect(
            words(shown).contains(
                "the ledger and two of these three would have to lie together: berlin-1, lisbon, "
                    + "oslo."), "\(shown.output)")
        let sent = try await submit("photo.jpg.colophon", "--until", "witnessed", "--wait", "5m")
        #expect(sent.status == 0, "\(sent.words)")
        let lines = sent.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasSuffix(" registered 3"), "\(sent.output)")
        #expect(lines[1].hasSuffix(" witnessed 3"), "\(sent.output)")
        let verdict = try await verify()
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("  witnessed by "), "\(verdict.output)")
        // What is to be pasted stands whole.
        let wide = verdict.output.split(separator: "\n")
            .filter { $0.count > 80 && !$0.hasPrefix("  colophon ") }
        #expect(wide.isEmpty, "\(wide)")
        let named = try await shop.colophon(
            "trust", "name", "--trust", "trust.colophon-kit", "oslo", "Nora's")
        #expect(named.status == 0, "\(named.words)")
        #expect(try await words(verify("--verbose")).contains("which you call \"Nora's\""))
        let object = try #require(try await verify("--json").objects.first)
        #expect(object["required"] as? String == "witnessed")
        #expect(object["reached"] as? String == "witnessed")
        let all = try #require(object["witnesses"] as? [[String: Any]])
        #expect(all.map { $0["name"] as? String } == Self.names)
        #expect(all.count { $0["verdict"] as? String == "ok" } >= 2)
        let quorum = try #require(object["quorum"] as? [String: Any])
        #expect(quorum["earliest"] is Int && quorum["newest"] is Int)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRefreshAddsTheNewestHeadAndKeepsTheEarliest() async throws {
        let sent = try await submit("photo.jpg.colophon", "--until", "witnessed", "--wait", "5m")
        try #require(sent.status == 0, "\(sent.words)")
        let first = try #require(
            try await shop.show("photo.jpg.colophon")["receipts"] as? [[String: Any]])
        try shop.write("another", to: "later.jpg")
        try await shop.signWork("later.jpg")
        let later = try await submit("later.jpg.colophon", "--until", "witnessed", "--wait", "5m")
        try #require(later.status == 0, "\(later.words)")
        let refreshed = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--trust", "trust.colophon-kit", "--json")
        #expect(refreshed.status == 0, "\(refreshed.words)")
        #expect(refreshed.objects.first?["status"] as? String == "refreshed")
        #expect(refreshed.objects.first?["size"] as? Int == 5)
        let both = try #require(
            try await shop.show("photo.jpg.colophon")["receipts"] as? [[String: Any]])
        #expect(both.count > first.count)
        #expect(both.first?["size"] as? Int == first.first?["size"] as? Int)
        let online = try await verify("--ledger", ledger.address, "--json")
        #expect(online.status == 0, "\(online.words)")
        #expect(online.objects.first?["online"] as? Bool == true)
    }

    /// Two of three are asked for: one that is away keeps nothing back, two that are do.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatTooFewHaveSeenKeepsItsReceiptAndIsRefreshedLater() async throws {
        for witness in witnesses.prefix(2) { _ = try await witness.end(by: SIGTERM) }
        let sent = try await submit("photo.jpg.colophon", "--until", "witnessed", "--wait", "2s")
        #expect(sent.status == 3, "\(sent.words)")
        #expect(sent.words.contains("too few witnesses have seen it so far"), "\(sent.words)")
        #expect(sent.words.contains("1 registered, 0 known, 0 pending, 1 not witnessed"))
        #expect(try await shop.colophon("status", "photo.jpg").status == 0)
        let verdict = try await verify()
        #expect(verdict.status == 1)
        #expect(words(verdict).contains("\"witnessed\" is required"), "\(verdict.output)")
        let refreshed = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--trust", "trust.colophon-kit")
        #expect(refreshed.status == 0, "\(refreshed.words)")
        #expect(refreshed.words.contains("1 not seen by enough of the kit's witnesses yet"))
    }
}
