import Foundation
import Testing
import TestSupport

/// What a collector relies on, and what is looked up for them (trust-kit.md §5, commands.md §6).
@Suite struct CollectorTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    /// A ledger with a work in it, and the kit of then in the folder `trust`.
    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let sent = try await ledger.colophon("submit", "photo.jpg.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
    }

    private static let witnesses = [
        "berlin": "berlin-1.example+34b5bfe7+BGXRS26BOFVZsZu76+Bf4bAz49BXMlSlNp0/ZvOQmooB",
        "lisbon": "lisbon.example+1f5bfed5+BJVEUPU2F4XqRw8VSAkLoEJ5eKD2t80W9E9SehoY0CWM",
        "oslo": "oslo.example+0e16acc8+BB04t8/79zJkF4q5GPrCDH/xYsT36k9epXjk1aw63fZc",
        "rome": "rome.example+304bda41+BA9MJJpADarVb+VNsKC7zawqbytzKsMLZjxkBJuJsnxT",
        "kyiv": "kyiv.example+2dbcf3a1+BMiE2nuIU32cKcTt6YC90T6HKRibb8FPRIAguyLKDaqS",
    ]

    /// Has the kit in the folder `trust` ask for these witnesses.
    private func ask(for names: [String], _ lines: String...) throws {
        let policy = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
        let log = policy.split(separator: "\n").filter { $0.hasPrefix("log ") }
        let words = try names.map { "witness \($0) \(try #require(Self.witnesses[$0]))" }
        let all = log.map { String($0) } + words + lines
        try shop.write(all.map { $0 + "\n" }.joined(), to: "trust/policy")
    }

    private func verify(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "photo.jpg", "--trust", "trust"] + arguments, in: shop.folder,
            environment: environment)
    }

    // MARK: - What it would take

    @Test func aKitWithoutAQuorumSaysThatTheLedgerAloneCouldLie() async throws {
        let shown = try await shop.colophon("trust", "show", "trust")
        #expect(words(shown).contains("the ledger alone would do: this kit asks for no witnesses."))
        let object = try await shop.colophon("trust", "show", "trust", "--json").objects.first
        let mustLie = try #require(object?["mustLie"] as? [String: Any])
        #expect(mustLie["fewest"] as? Int == 0)
    }

    @Test func aQuorumIsSaidInASentence() async throws {
        for (line, sentence) in [
            ("group g 2 berlin lisbon oslo", "two of these three would have to lie together:"),
            ("group g all berlin lisbon oslo", "all three of these would have to lie together:"),
            ("group g any berlin lisbon oslo", "one of these three would have to lie together:"),
        ] {
            try ask(for: ["berlin", "lisbon", "oslo"], line, "quorum g")
            let shown = try await shop.colophon("trust", "show", "trust")
            #expect(shown.status == 0, "\(shown.words)")
            let start = "To show you a false log, the ledger and "
            #expect(
                words(shown).contains("\(start)\(sentence) berlin, lisbon, oslo."),
                "\(shown.output)")
        }
        try ask(for: ["berlin", "lisbon"], "quorum lisbon")
        let one = try await shop.colophon("trust", "show", "trust")
        #expect(words(one).contains("one witness would have to lie together: lisbon."))
    }

    @Test func groupsWithinGroupsAreSaidAsTheyAre() async throws {
        try ask(
            for: ["berlin", "lisbon", "oslo", "rome", "kyiv"], "group south all lisbon rome",
            "group north any oslo kyiv", "group g 2 berlin south north", "quorum g")
        let shown = try await shop.colophon("trust", "show", "trust")
        let tree = """
            To show you a false log, the ledger and these would have to lie together:
              two of these three:
                berlin
                both of these: lisbon, rome
                one of these two: oslo, kyiv
            The least that would do is the ledger and 2 witnesses, such as berlin, oslo.
            """
        #expect(shown.output.contains(tree), "\(shown.output)")
        let object = try await shop.colophon("trust", "show", "trust", "--json").objects.first
        let mustLie = try #require(object?["mustLie"] as? [String: Any])
        #expect(mustLie["fewest"] as? Int == 2)
        #expect(mustLie["suchAs"] as? [String] == ["berlin", "oslo"])
        #expect((object?["witnesses"] as? [Any])?.count == 5)
        #expect((object?["groups"] as? [Any])?.count == 3)
    }

    /// No line of a verdict or of what stands below a kit is longer than a terminal.
    @Test func whatWitnessesHaveNotSeenIsNotProvenAndSaysWhatHelps() async throws {
        try ask(for: ["berlin", "lisbon", "oslo"], "group g 2 berlin lisbon oslo", "quorum g")
        let verdict = try await verify()
        #expect(verdict.status == 1)
        #expect(
            words(verdict).contains("\"witnessed\" is required, and only \"logged\" is reached"))
        #expect(verdict.output.contains("hint: colophon refresh photo.jpg.colophon"))
        // What is to be pasted stands whole.
        let lines = verdict.output.split(separator: "\n").filter { !$0.contains("  hint: ") }
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        let object = try #require(try await verify("--json").objects.first)
        let witnesses = try #require(object["witnesses"] as? [[String: Any]])
        #expect(witnesses.map { $0["name"] as? String } == ["berlin", "lisbon", "oslo"])
        #expect(witnesses.allSatisfy { $0["verdict"] as? String == "absent" })
        #expect(witnesses.allSatisfy { $0["earliest"] is NSNull && $0["newest"] is NSNull })
        let quorum = try #require(object["quorum"] as? [String: Any])
        #expect(quorum["name"] as? String == "g" && quorum["earliest"] is NSNull)
        #expect(object["online"] as? Bool == false)
        let more = try await verify("--verbose")
        #expect(more.output.contains("  berlin       absent: no line of it here"))
    }

    // MARK: - Looking online

    @Test func aKeyThatWasRevokedSinceIsSeenOnlyWhereTheFlagLooks() async throws {
        let revoked = try await ledger.colophon(
            "key", "revoke", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--suspect-from",
            "0", "--yes", "--origin", LedgerProcess.origin)
        try #require(revoked.status == 0, "\(revoked.words)")
        let files = try ["policy", "registry.cbor"].map { try shop.bytes("trust/\($0)") }
        // Neither variable nor configuration make it look.
        let config = try shop.write("ledger: http://127.0.0.1:1\n", to: "config.yaml")
        let offline = try await verify(
            "--json", "--config", config.path(),
            environment: ["COLOPHON_LEDGER": "http://127.0.0.1:1"])
        #expect(offline.status == 0, "\(offline.words)")
        #expect(offline.objects.first?["online"] as? Bool == false)
        let online = try await verify("--json", "--ledger", ledger.address)
        #expect(online.status == 1, "\(online.words)")
        let object = try #require(online.objects.first)
        #expect(object["online"] as? Bool == true)
        #expect(object["outcome"] as? String == "suspect")
        let asOf = try #require(object["asOf"] as? [String: Any])
        #expect(asOf["size"] as? Int == 5)
        #expect(try ["policy", "registry.cbor"].map { try shop.bytes("trust/\($0)") } == files)
    }

    @Test func anErasureIsToldWhereTheFlagLooks() async throws {
        let entry = try #require(
            try await shop.colophon("status", "photo.jpg", "--json").objects.first?["entry"]
                as? String)
        let erased = try await ledger.colophon(
            "erase", "--entry=\(entry)", "--admin", "admin.pem", "--reason", "a person asked",
            "--authority", "GDPR", "--yes", "--origin", LedgerProcess.origin)
        try #require(erased.status == 0, "\(erased.words)")
        #expect(try await !verify().output.contains("erased"))
        let online = try await verify("--ledger", ledger.address)
        #expect(online.status == 0, "\(online.words)")
        #expect(
            words(online).contains(
                "its manifest was erased from the ledger by entry 4: a person asked"),
            "\(online.output)")
        let object = try #require(
            try await verify("--ledger", ledger.address, "--json").objects.first)
        #expect((object["erasure"] as? [String: Any])?["entry"] as? Int == 4)
    }

    @Test func aLookThatFailsIsAnError() async throws {
        let failed = try await verify("--ledger", "http://127.0.0.1:1")
        #expect(failed.status == 3, "\(failed.words)")
        #expect(failed.output.isEmpty)
        #expect(failed.words.contains("cannot be reached"), "\(failed.words)")
    }

    @Test func aLedgerThatShowsAnotherLogIsRefusedAndKept() async throws {
        let other = try await LedgerProcess(in: Workshop())
        let refused = try await verify("--ledger", other.address)
        #expect(refused.status == 1, "\(refused.words)")
        #expect(refused.words.contains("another genesis"), "\(refused.words)")
        #expect(refused.output.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
        #expect(names.contains { $0.hasPrefix("trust.refused-2-") }, "\(names)")
    }

    @Test func aVerdictSaysAsOfWhenAndWhetherItLooked() async throws {
        let offline = try await verify("--verbose")
        #expect(words(offline).contains("for nothing was looked up online (--ledger URL does)"))
        let online = try await verify("--verbose", "--ledger", ledger.address)
        #expect(
            words(online).contains("the newest state that \(ledger.address) gave just now"),
            "\(online.output)")
    }
}
