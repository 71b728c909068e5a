import Foundation
import TestSupport
import Testing

/// `colophon spool`, and `sign --spool`, as a person at a PoP runs them.
@Suite struct SpoolCommandTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        try await shop.makeSpool(with: ["--aud", "ledger.example/prints"])
        try shop.write("pixels", to: "photo.jpg")
    }

    @discardableResult
    private func seal(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["sign", "--spool", "outbox", "--creator", "Ana", "--title", "T", "--json"]
                + arguments, in: shop.folder)
    }

    private func expectUsage(_ outcome: Program.Outcome, _ words: String) {
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains(words), "\(outcome.words)")
    }

    private func pending() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.url("outbox/pending").path())
            .sorted()
    }

    // MARK: - Sealing

    @Test func aRecordLiesInTheSpoolAndBesideItsWork() async throws {
        let sealed = try await seal("photo.jpg")
        #expect(sealed.status == 0, "\(sealed.words)")
        #expect(sealed.objects.first?["number"] as? Int == 0)
        #expect(sealed.objects.first?["aud"] as? String == "ledger.example/prints")
        #expect(try pending() == ["0000000000-photo.jpg.colophon"])
        #expect(
            try shop.bytes("outbox/pending/0000000000-photo.jpg.colophon")
                == shop.bytes("photo.jpg.colophon"))
        let shown = try await shop.show("photo.jpg.colophon")
        #expect(shown["iss"] as? String == Workshop.berlin)
        let predicate = try await shop.predicate("photo.jpg.colophon")
        #expect((predicate["ext"] as? [String: Any])?["popClock"] != nil)
    }

    @Test func aWorkThatHasARecordUsesNoNumber() async throws {
        try await seal("photo.jpg")
        expectUsage(try await seal("photo.jpg"), "exists already")
        let forced = try await seal("photo.jpg", "--force")
        #expect(forced.objects.first?["number"] as? Int == 1, "\(forced.words)")
        let corrected = try await seal(
            "photo.jpg", "--event", "correct", "--parent", "photo.jpg.colophon")
        #expect(
            corrected.objects.first?["colophon"] as? String == "photo.jpg.1.colophon",
            "\(corrected.words)")
        #expect(corrected.objects.first?["number"] as? Int == 2)
    }

    @Test func aWorkWhoseCopyIsMissingIsNotSealedAgain() async throws {
        try FileManager.default.createDirectory(
            at: shop.url("card"), withIntermediateDirectories: false)
        try shop.write("pixels", to: "card/photo.jpg")
        try await seal("card")
        try FileManager.default.removeItem(at: shop.url("card/photo.jpg.colophon"))
        expectUsage(try await seal("card/photo.jpg"), "0000000000-photo.jpg.colophon")
        let again = try await seal("card")
        #expect(again.status == 0 && again.objects.isEmpty, "\(again.words)")
        #expect(try pending() == ["0000000000-photo.jpg.colophon"])
        let forced = try await seal("card/photo.jpg", "--force")
        #expect(forced.objects.first?["number"] as? Int == 1, "\(forced.words)")
    }

    @Test func recordsWithoutAnArtifactAreSealed() async throws {
        try shop.write(
            #"{"milestone": "https://m.example/1", "decision": "promote"}"#, to: "wrong.json")
        let wrong = try await shop.colophon(
            "sign", "--spool", "outbox", "--type", "milestone", "--predicate", "wrong.json")
        #expect(wrong.status == 2, "\(wrong.words)")
        #expect(try pending() == [])
        try shop.write(
            #"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "#
                + #""https://slsa.dev/provenance/v1", "subject": [{"name": "a", "digest": "#
                + #"{"sha256": "\#(String(repeating: "ab", count: 32))"}}], "predicate": {}}"#,
            to: "slsa.json")
        let sealed = try await shop.colophon(
            "sign", "--spool", "outbox", "--manifest", "slsa.json", "--json")
        #expect(sealed.objects.first?["number"] as? Int == 0, "\(sealed.words)")
        #expect(try pending() == ["0000000000-slsa.json.colophon"])
    }

    @Test func aKeyWithAPassphraseSeals() async throws {
        try shop.write("open sesame\n", to: "words")
        try shop.setPermissions(0o600, "words")
        let environment = ["COLOPHON_PASSPHRASE_FILE": shop.url("words").path()]
        let made = try await shop.colophon(
            "keygen", "--out", "lagos.pem", "--encrypt", environment: environment)
        try #require(made.status == 0, "\(made.words)")
        let begun = try await shop.colophon(
            "spool", "init", "lagos", "--key", "lagos.pem", "--issuer", Workshop.berlin,
            "--ledger", "https://ledger.example", "--without-trust", environment: environment)
        #expect(begun.status == 0, "\(begun.words)")
        let arguments = ["sign", "--spool", "lagos", "photo.jpg", "--creator", "A", "--title", "T"]
        let closed = try await Program.run("colophon", arguments, in: shop.folder)
        expectUsage(closed, "encrypted")
        let sealed = try await Program.run(
            "colophon", arguments, in: shop.folder, environment: environment)
        #expect(sealed.status == 0, "\(sealed.words)")
    }

    @Test(arguments: [
        (["--issuer", "https://pops.example/lagos"], "is not the issuer of the spool"),
        (["--aud", "other.example"], "is not the ledger of the spool"),
        (["--key", "other.pem"], "is not the key of the spool"),
    ])
    func whatContradictsTheSpoolIsWrongUsage(flags: [String], words: String) async throws {
        _ = try await shop.colophon("keygen", "--out", "other.pem")
        let outcome = try await Program.run(
            "colophon",
            ["sign", "--spool", "outbox", "photo.jpg", "--creator", "A", "--title", "T"] + flags,
            in: shop.folder)
        expectUsage(outcome, words)
        #expect(try pending() == [])
        #expect(try !shop.exists("photo.jpg.colophon"))
    }

    /// The settings of a person are those of whoever has no spool.
    @Test func theEnvironmentDoesNotContradictASpool() async throws {
        let outcome = try await shop.colophon(
            "sign", "--spool", "outbox", "photo.jpg", "--title", "T",
            environment: [
                "COLOPHON_KEY": "none.pem", "COLOPHON_ISSUER": "https://other.example",
                "COLOPHON_TRUST": "none", "COLOPHON_CREATOR": "Ana",
            ])
        #expect(outcome.status == 0, "\(outcome.words)")
    }

    @Test func aKeyThatWasReplacedSealsNothing() async throws {
        try FileManager.default.removeItem(at: shop.url("berlin.pem"))
        let gone = try await seal("photo.jpg")
        expectUsage(gone, "berlin.pem")
        let made = try await shop.colophon("keygen", "--out", "new.pem")
        try #require(made.status == 0)
        try FileManager.default.moveItem(at: shop.url("new.pem"), to: shop.url("berlin.pem"))
        expectUsage(try await seal("photo.jpg"), "is not the key that the spool was made for")
        #expect(try pending() == [])
    }

    // MARK: - Folders that are no spools

    @Test func aSpoolIsMadeOnceAndNotOverSomething() async throws {
        let flags = [
            "--key", "berlin.pem", "--issuer", Workshop.berlin, "--ledger", "https://l.example",
            "--without-trust",
        ]
        for (folder, words) in [
            ("outbox", "is a spool already"), (".", "must be empty"),
            ("photo.jpg", "is an ordinary file, not a folder"),
        ] {
            expectUsage(
                try await Program.run(
                    "colophon", ["spool", "init", folder] + flags, in: shop.folder), words)
        }
        let bad = try await shop.colophon(
            "spool", "init", "other", "--key", "berlin.pem", "--issuer", "berlin", "--ledger",
            "https://l.example")
        expectUsage(bad, "--issuer")
        let unchecked = try await shop.colophon(
            "spool", "init", "other", "--key", "berlin.pem", "--issuer", Workshop.berlin,
            "--ledger", "https://l.example")
        expectUsage(unchecked, "--trust is missing")
        #expect(try !shop.exists("other"))
    }

    @Test func aFolderThatIsNoSpoolIsNamed() async throws {
        expectUsage(
            try await shop.colophon("spool", "status", "none"), "no such file or directory")
        try FileManager.default.createDirectory(
            at: shop.url("empty"), withIntermediateDirectories: false)
        expectUsage(try await shop.colophon("spool", "status", "empty"), "is no spool")
        let settings = try String(decoding: shop.bytes("outbox/spool.json"), as: UTF8.self)
        try shop.write(
            settings.replacingOccurrences(of: "\"issuer\"", with: "\"colour\": 1, \"issuer\""),
            to: "outbox/spool.json")
        expectUsage(try await seal("photo.jpg"), "unknown member")
    }

    @Test func aCopySignsNothingUntilItIsAdopted() async throws {
        try await seal("photo.jpg")
        try FileManager.default.copyItem(at: shop.url("outbox"), to: shop.url("copy"))
        try shop.write("more", to: "other.jpg")
        let arguments = ["sign", "--spool", "copy", "other.jpg", "--creator", "A", "--title", "T"]
        expectUsage(
            try await Program.run("colophon", arguments, in: shop.folder), "is a copy of a spool")
        let status = try await shop.colophon("spool", "status", "copy")
        #expect(status.status == 1)
        #expect(status.output.contains("is a copy of a spool"), "\(status.output)")
        expectUsage(try await shop.colophon("spool", "adopt", "copy"), "--moved or --new-chain")
        let adopted = try await shop.colophon("spool", "adopt", "copy", "--new-chain", "--json")
        #expect(adopted.status == 0, "\(adopted.words)")
        let sealed = try await Program.run("colophon", arguments + ["--json"], in: shop.folder)
        #expect(sealed.objects.first?["number"] as? Int == 0, "\(sealed.words)")
    }

    /// A gate would be gone around, and two commands would change one file.
    @Test func recordsInASpoolAreNotSubmitted() async throws {
        try await seal("photo.jpg")
        let sealed = "outbox/pending/0000000000-photo.jpg.colophon"
        for arguments in [
            ["submit", sealed], ["submit", "outbox/pending"], ["refresh", sealed],
            ["submit", "--stdout", sealed],
        ] {
            expectUsage(
                try await Program.run(
                    "colophon", arguments + ["--ledger", "http://127.0.0.1:9"], in: shop.folder),
                "it lies in a spool")
        }
    }

    // MARK: - Looking

    @Test func theStatusFitsATerminal() async throws {
        try await seal("photo.jpg")
        try shop.write("x", to: "outbox/pending/\(String(repeating: "n", count: 120))")
        let shown = try await shop.colophon("spool", "status", "outbox")
        #expect(shown.status == 1, "\(shown.words)")
        let lines = shown.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(shown.output)")
        #expect(lines.contains { $0.hasPrefix("pending") && $0.contains(" 1 ") })
        #expect(shown.output.contains("is no file of a spool"))
        let object = try #require(
            try await shop.colophon("spool", "status", "outbox", "--json").objects.first)
        #expect((object["pending"] as? [String: Any])?["count"] as? Int == 1)
        #expect(object["next"] as? Int == 1)
        #expect(object["faultCount"] as? Int == 1)
    }

    @Test func anEmptySpoolIsAllRight() async throws {
        let shown = try await shop.colophon("spool", "status", "outbox")
        #expect(shown.status == 0, "\(shown.output) \(shown.words)")
        let quiet = try await shop.colophon("spool", "status", "outbox", "--quiet")
        #expect(quiet.output.isEmpty && quiet.words.isEmpty)
        let pruned = try await shop.colophon("spool", "prune", "outbox", "--older-than", "30d")
        #expect(pruned.status == 0 && pruned.words.contains("0 removed"), "\(pruned.words)")
        expectUsage(
            try await shop.colophon("spool", "prune", "outbox", "--older-than", "a month"),
            "30d")
    }
}
