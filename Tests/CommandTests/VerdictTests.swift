import Foundation
import Testing
import TestSupport

/// What `verify` and `show` tell a person, and what they tell a program (verification.md §2, §9).
@Suite struct VerdictTests {
    private static let rome = "https://pops.example/rome"

    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        try await submit("photo.jpg.colophon")
    }

    private func submit(_ record: String) async throws {
        let submitted = try await ledger.colophon("submit", record)
        try #require(submitted.status == 0, "\(submitted.words)")
    }

    private func verify(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "--trust", "trust"] + arguments, in: shop.folder)
    }

    /// Runs `key revoke` of Berlin's key.
    private func revoke(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["key", "revoke", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--json"]
                + ["--origin", LedgerProcess.origin, "--ledger", ledger.address] + arguments,
            in: shop.folder)
    }

    private func lines(_ outcome: Program.Outcome) -> [Substring] {
        outcome.output.split(separator: "\n")
    }

    // MARK: - Who

    @Test func fourLinesSayWhoSignedWhereHowFreshAndWhatIsClaimed() async throws {
        try await ledger.writeKit()
        let verdict = try await verify("photo.jpg")
        #expect(verdict.status == 0)
        let lines = lines(verdict)
        try #require(lines.count == 4, "\(verdict.output)")
        #expect(lines[0] == "photo.jpg: signed by \(Workshop.berlin),")
        let place = "  entry 3 of \(LedgerProcess.origin), logged by "
        #expect(lines[1].hasPrefix(place) && lines[1].hasSuffix(" UTC"))
        #expect(lines[2].hasPrefix("  as of tree size 4, "))
        #expect(lines[2].hasSuffix(" UTC; nothing was looked up online"))
        #expect(lines[3] == "  claimed: \"Estuary\" by Ana Example, capture")
        #expect(lines.allSatisfy { $0.count <= 80 })
        let all = try await verify("photo.jpg", "--verbose")
        #expect(all.status == 0 && all.output.contains("\nproven:\n"))
        #expect(all.output.contains("as of tree size"))
    }

    @Test func anotherSignerIsFalseWhereOneIsExpected() async throws {
        try await ledger.writeKit()
        let other = try await verify("photo.jpg", "--issuer", Self.rome)
        #expect(other.status == 1 && other.output.contains("FALSE"), "\(other.output)")
        #expect(words(other).contains("signed by \(Workshop.berlin), not by \(Self.rome)"))
        #expect(
            try await verify("photo.jpg", "--issuer", Self.rome, "--issuer", Workshop.berlin)
                .status == 0)
        #expect(try await verify("photo.jpg", "--issuer", "berlin").status == 2)
    }

    /// The setting of the PoP says who signs here, not who may have signed there.
    @Test func onlyTheVerifiersOwnSettingSaysWhoIsExpected() async throws {
        try await ledger.writeKit()
        let pop = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust", environment: ["COLOPHON_ISSUER": Self.rome])
        #expect(pop.status == 0, "\(pop.output)")
        try shop.write("issuer: \(Self.rome)\n", to: "pop.yaml")
        #expect(try await verify("photo.jpg", "--config", "pop.yaml").status == 0)
        try shop.write(
            "issuer: \(Workshop.berlin)\nverify-issuers:\n"
                + "  - \(Self.rome)\n  - https://a.example\n",
            to: "rome.yaml")
        let rome = try await verify("photo.jpg", "--config", "rome.yaml")
        #expect(rome.status == 1 && words(rome).contains("not by"), "\(rome.output)")
        // A list that names nobody is a mistake, and never everybody.
        try shop.write("verify-issuers: \",\"\n", to: "nobody.yaml")
        #expect(try await verify("photo.jpg", "--config", "nobody.yaml").status == 2)
        // What is asked for now wins over what is asked for always.
        let asked = try await verify(
            "photo.jpg", "--config", "rome.yaml", "--issuer", Workshop.berlin)
        #expect(asked.status == 0)
    }

    @Test func aProgramGetsTheSignerThePlaceAndTheClaims() async throws {
        try shop.write("a print", to: "print.jpg")
        try await shop.signWork(
            "print.jpg", "--edition", "7/50", "--drop", "https://drops.example/estuary",
            "--parent", "photo.jpg.colophon", "--event", "issue")
        try await submit("print.jpg.colophon")
        try await ledger.writeKit()
        let verdict = try await verify("print.jpg", "--json")
        let object = try #require(verdict.objects.first)
        #expect(object["outcome"] as? String == "verified")
        #expect(object["origin"] as? String == LedgerProcess.origin)
        #expect(object["index"] as? Int == 4 && object["loggedAt"] is Int)
        let signer = try #require(object["signer"] as? [String: Any])
        #expect(signer["issuer"] as? String == Workshop.berlin)
        #expect(signer["roles"] as? [String] == ["pop"])
        #expect(signer["state"] as? String == "added" && signer["revoked"] == nil)
        #expect((signer["kid"] as? String)?.count == 43)
        let claims = try #require(object["claims"] as? [String: Any])
        #expect(claims["title"] as? String == "Estuary")
        #expect(claims["event"] as? String == "issue")
        let edition = try #require(claims["edition"] as? [String: Any])
        #expect(edition["serial"] as? Int == 7 && edition["total"] as? Int == 50)
        #expect((claims["parents"] as? [Any])?.count == 1)
        let told = words(try await verify("print.jpg"))
        #expect(told.contains("copy 7 of 50 of https://drops.example/estuary, made from "))
        let parent = try #require((claims["parents"] as? [[String: Any]])?.first)
        let entry = try #require(parent["entry"] as? String)
        #expect(told.hasSuffix("made from entry \(entry)"), "\(told)")
    }

    // MARK: - What takes another entry back

    /// Signs a further record of the photograph, of this event, and returns its parent's entry.
    private func follow(_ event: String) async throws -> String {
        let parent = try #require(try await shop.show("photo.jpg.colophon")["entry"] as? String)
        try await shop.signWork(
            "photo.jpg", "--event", event, "--parent", "photo.jpg.colophon")
        try await submit("photo.jpg.1.colophon")
        try await ledger.writeKit()
        return parent
    }

    /// The word of a signer who takes a work back is no praise of it.
    @Test func aWithdrawalIsCalledOneBeforeItsSigner() async throws {
        let parent = try await follow("withdraw")
        let verdict = try await verify("photo.jpg", "photo.jpg.1.colophon")
        #expect(verdict.status == 0, "\(verdict.output)")
        let told = words(verdict)
        let head = "photo.jpg: WITHDRAWS entry \(parent), signed by \(Workshop.berlin),"
        #expect(told.hasPrefix(head), "\(told)")
        #expect(told.hasSuffix("withdraws entry \(parent)") && !told.contains("made from"))
        let alone = words(try await verify("--record-only", "photo.jpg.1.colophon"))
        #expect(
            alone.contains("WITHDRAWS entry \(parent), the record is signed by"), "\(alone)")
        // The record that it names says nothing of it.
        #expect(try await !verify("photo.jpg").output.contains("WITHDRAWS"))
    }

    @Test func aCorrectionSaysWhatItCorrects() async throws {
        let parent = try await follow("correct")
        let verdict = try await verify("photo.jpg", "photo.jpg.1.colophon")
        #expect(verdict.status == 0, "\(verdict.output)")
        let told = words(verdict)
        #expect(told.hasPrefix("photo.jpg: signed by \(Workshop.berlin),"), "\(told)")
        #expect(told.hasSuffix("corrects entry \(parent)"), "\(told)")
        #expect(!told.contains("made from") && !told.contains("parentOf"))
        let all = try await verify("--verbose", "photo.jpg", "photo.jpg.1.colophon")
        #expect(all.output.contains("  corrects     entry \(parent)"), "\(all.output)")
    }

    // MARK: - What was never logged

    @Test func whatHasNoReceiptNamesTheCommandThatLogsIt() async throws {
        try await ledger.writeKit()
        try shop.write("a boat", to: "my boat.jpg")
        try await shop.signWork("my boat.jpg")
        let verdict = try await verify("my boat.jpg")
        #expect(verdict.status == 1)
        #expect(
            words(verdict).hasPrefix(
                "my boat.jpg: NOT PROVEN: the record has no receipt: "
                    + "it is in no log that is known"), "\(verdict.output)")
        let hint = try #require(lines(verdict).first { $0.hasPrefix("  hint: ") })
        let command = hint.dropFirst("  hint: ".count)
        #expect(command == "colophon submit 'my boat.jpg.colophon'")
        // As it stands there, by a shell.
        let bin = try Program.url("colophon").deletingLastPathComponent().path()
        #expect(
            Program.succeeds(
                "PATH='\(bin)':\"$PATH\"; cd '\(shop.folder.path())'; "
                    + "COLOPHON_LEDGER=\(ledger.address) \(command)"))
        try await ledger.writeKit()
        let logged = try await verify("my boat.jpg")
        #expect(logged.status == 0 && !logged.output.contains("hint:"), "\(logged.output)")
    }

    // MARK: - A lost key

    @Test func aStolenKeysWorkIsRefusedUntilSomebodyAcceptsIt() async throws {
        try shop.write("a fake", to: "fake.jpg")
        try await shop.signWork("fake.jpg")
        try await submit("fake.jpg.colophon")
        // In panic nobody knows since when.
        #expect(try await revoke("--reason", "laptop stolen").status == 0)
        try await ledger.writeKit()
        let panic = try await verify("fake.jpg")
        #expect(panic.status == 0)
        #expect(panic.output.contains("later the key was revoked in entry 5 (\"laptop stolen\")"))
        let later = try await revoke("--suspect-from", "4")
        #expect(later.status == 0 && later.objects.first?["suspectFrom"] as? Int == 4)
        try await ledger.writeKit()
        let suspect = try await verify("fake.jpg")
        #expect(suspect.status == 1, "\(suspect.output)")
        #expect(
            words(suspect).hasPrefix(
                "fake.jpg: SUSPECT: the key was revoked in entry 5 (\"laptop stolen\") and is "
                    + "suspect from entry 4 on"))
        #expect(!suspect.output.contains("signed by"))
        #expect(try await verify("fake.jpg", "--accept-suspect").status == 0)
        let object = try #require(try await verify("fake.jpg", "--json").objects.first)
        #expect(object["ok"] as? Bool == false && object["outcome"] as? String == "suspect")
        #expect(object["reached"] as? String == "logged")
        let signer = try #require(object["signer"] as? [String: Any])
        let revoked = try #require(signer["revoked"] as? [String: Any])
        #expect(signer["state"] as? String == "suspect" && revoked["entry"] as? Int == 5)
        // What was logged before stands.
        #expect(try await verify("photo.jpg").status == 0)
        // It can be lowered, and never raised.
        #expect(try await revoke("--suspect-from", "5").status == 1)
        #expect(try await revoke("--suspect-from", "3").status == 0)
        try await ledger.writeKit()
        #expect(try await verify("photo.jpg").status == 1)
    }

    @Test func aTimeIsTurnedIntoTheSizeThatTheLedgerHadThen() async throws {
        let early = try await revoke("--suspect-since", "2001-01-01T00:00:00Z")
        #expect(early.status == 1 && early.words.contains("no head"), "\(early.words)")
        #expect(
            try await revoke("--suspect-since", "2001-01-01T00:00:00Z", "--suspect-from", "1")
                .status == 2)
        // All that is logged is older than the end of time.
        let late = try await revoke("--suspect-since", "9999-01-01T00:00:00Z")
        #expect(late.status == 0, "\(late.words)")
        #expect(late.objects.first?["suspectFrom"] as? Int == 4)
    }

    /// No word of a proof stands above a signature that was not verified.
    @Test func nothingIsCalledProvenWhereTheSignatureWasNotVerified() async throws {
        let other = try await Workshop()
        let stranger = try await LedgerProcess(in: other)
        try await stranger.writeKit()
        let kit = other.url("trust").path()
        for flags in [[], ["--verbose"]] {
            let verdict = try await Program.run(
                "colophon", ["verify", "photo.jpg", "--trust", kit] + flags, in: shop.folder)
            #expect(verdict.status == 1 && verdict.output.contains("NOT PROVEN"))
            let rest = verdict.output.replacing("NOT PROVEN", with: "")
            #expect(
                !rest.contains(#/\bproven:/#) && !rest.contains("signed by \(Workshop.berlin)"),
                "\(rest)")
            #expect(rest.contains("claimed, by nobody known:"))
        }
    }

    // MARK: - Files that are not what they seem

    @Test func aResavedFileIsNotTheSameFile() async throws {
        try await ledger.writeKit()
        try shop.write("a photograph, brighter", to: "photo.jpg")
        let verdict = try await verify("photo.jpg")
        #expect(verdict.status == 1)
        #expect(
            verdict.output.hasPrefix("photo.jpg: NOT THE SAME FILE as the record describes\n"),
            "\(verdict.output)")
        #expect(verdict.output.contains("(edited, re-saved, or another picture)"))
        #expect(!verdict.output.contains("FALSE"))
    }

    @Test(arguments: [0, 1, 2, 40, 400])
    func aRecordThatIsCutOffIsDamagedOrIncomplete(missing: Int) async throws {
        try await ledger.writeKit()
        let record = try shop.bytes("photo.jpg.colophon")
        let damaged = missing == 0 ? record + [0] : Array(record.dropLast(missing))
        try Data(damaged).write(to: shop.url("photo.jpg.colophon"))
        let verdict = try await verify("photo.jpg")
        #expect(verdict.status == 2, "\(verdict.output)")
        #expect(verdict.output.hasPrefix("photo.jpg: damaged or incomplete record\n"))
        let object = try #require(try await verify("photo.jpg", "--json").objects.first)
        #expect(object["outcome"] as? String == "damaged" && object["ok"] as? Bool == false)
        let shown = try await shop.colophon("show", "photo.jpg.colophon")
        #expect(shown.status == 2 && shown.words.contains("damaged or incomplete record"))
    }

    @Test func aPictureIsNoRecordAndTheRecordBesideItIsNamed() async throws {
        let shown = try await shop.colophon("show", "photo.jpg")
        #expect(shown.status == 2 && shown.words.contains("photo.jpg: is not a record"))
        #expect(shown.words.contains("did you mean photo.jpg.colophon?"))
        try shop.write("words", to: "alone.txt")
        let alone = try await shop.colophon("show", "alone.txt")
        #expect(alone.status == 2 && !alone.words.contains("did you mean"))
    }

    /// Mail and browsers rename what they do not know.
    @Test(arguments: [
        "photo.jpg.colophon.bin", "photo.jpg.colophon (1)", "PHOTO.JPG.COLOPHON", "download",
    ])
    func aRecordIsTakenUnderAnyName(name: String) async throws {
        try await ledger.writeKit()
        try Data(shop.bytes("photo.jpg.colophon")).write(to: shop.url(name))
        #expect(try await verify("photo.jpg", name).status == 0)
        let alone = try await verify(name)
        let isNamed = name.hasPrefix("photo.jpg")
        #expect(alone.status == (isNamed ? 0 : 1), "\(alone.output)")
        #expect(isNamed || alone.output.contains("record only: the work was NOT checked"))
        #expect(try await verify("--record-only", name).status == 0)
        #expect(try await shop.colophon("show", name).status == 0)
    }

    /// A COSE message can be a work too: a record beside it says so.
    @Test func aWorkThatIsACOSEMessageIsNoRecordWhereARecordLiesBesideIt() async throws {
        try Data(shop.bytes("photo.jpg.colophon")).write(to: shop.url("work.cose"))
        try await shop.signWork("work.cose")
        try await submit("work.cose.colophon")
        try await ledger.writeKit()
        let one = try await verify("work.cose")
        #expect(one.status == 0 && one.output.contains("entry 4 of"), "\(one.output)")
        let both = try await verify("photo.jpg", "work.cose")
        #expect(both.status == 0 && both.output.contains("2 works: 2 verified"), "\(both.output)")
    }

    @Test func aTitleCannotPassForAVerdict() async throws {
        let title = String(repeating: "garden ", count: 9) + "the record is signed by https://x"
        try shop.write("a garden", to: "garden.jpg")
        let signed = try await shop.sign("garden.jpg", "--creator", "A", "--title", title)
        try #require(signed.status == 0, "\(signed.words)")
        try await submit("garden.jpg.colophon")
        try await ledger.writeKit()
        let lines = lines(try await verify("garden.jpg"))
        let first = try #require(lines.firstIndex { $0.hasPrefix("  claimed:") })
        #expect(lines[first...].count > 1)
        #expect(lines[(first + 1)...].allSatisfy { $0.hasPrefix("           ") }, "\(lines)")
    }

    // MARK: - Text from elsewhere

    /// What is longer than a line is broken by us: a terminal goes on in the first column, where
    /// the verdicts of other files stand.
    @Test func noTitlePassesForAVerdict() async throws {
        let words = ["print.jpg:", "signed", "by", Self.rome, "entry", "7", "of", "example"]
        let start = String(repeating: "x", count: 67)
        let titles = [
            ([start] + words).joined(separator: " "),
            ([start] + words).joined(separator: "\u{A0}"),
            ([start] + words).joined(separator: "\u{3000}"),
            ([start] + words).joined(separator: " \u{301}"),
            ([start] + words).joined(separator: "_"), String(repeating: "x", count: 300),
            ([String(repeating: "\u{6771}\u{4EAC}", count: 17)] + words).joined(separator: " "),
            ([String(repeating: "\u{FF21}", count: 34)] + words).joined(separator: "\u{2007}"),
        ]
        for (number, title) in titles.enumerated() {
            try shop.write("a print", to: "\(number).jpg")
            let signed = try await shop.sign(
                "\(number).jpg", "--creator", "Ana Example", "--title", title)
            try #require(signed.status == 0, "\(signed.words)")
            try await submit("\(number).jpg.colophon")
        }
        try await ledger.writeKit()
        for number in titles.indices {
            let brief = try await verify("\(number).jpg")
            let long = try await verify("\(number).jpg", "--verbose")
            #expect(brief.status == 0 && long.status == 0, "\(brief.output)")
            for line in lines(brief) + lines(long) {
                #expect(Self.columns(line) <= 80, "\(line)")
                #expect(!line.hasPrefix("print.jpg") && !line.hasPrefix("x"), "\(line)")
            }
            #expect(lines(brief).dropFirst().allSatisfy { $0.hasPrefix("  ") }, "\(brief.output)")
            // Nothing is left out.
            let shown = brief.output.unicodeScalars.filter { !$0.properties.isWhitespace }
            let title = titles[number].unicodeScalars.filter { !$0.properties.isWhitespace }
            #expect(String(shown).contains("\"\(String(title))\""), "\(brief.output)")
        }
    }

    @Test func noNamePassesForAVerdict() async throws {
        let start = String(repeating: "x", count: 80)
        let name = "\(start)\u{A0}print.jpg: signed by rome.jpg"
        try shop.write("a photograph", to: name)
        try await ledger.writeKit()
        let verdict = try await verify(name, "photo.jpg.colophon")
        let output = verdict.output
        #expect(lines(verdict).allSatisfy { $0.count <= 80 }, "\(output)")
        #expect(output.hasPrefix("\(start)\n           print.jpg: signed by rome.jpg"), "\(output)")
    }

    /// Columns of a terminal: the letters of these tests from U+3000 on take two.
    private static func columns(_ line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x300...0x36F: sum
            case 0x3000...: sum + 2
            default: sum + 1
            }
        }
    }

    // MARK: - Several files

    @Test func aLastLineCountsTheWorks() async throws {
        try await ledger.writeKit()
        try shop.write("another", to: "other.jpg")
        let both = try await verify("photo.jpg", "other.jpg")
        #expect(both.status == 2 && lines(both).last == "2 works: 1 verified, 1 not")
        try Data(shop.bytes("photo.jpg")).write(to: shop.url("copy.jpg"))
        try Data(shop.bytes("photo.jpg.colophon")).write(to: shop.url("copy.jpg.colophon"))
        let all = try await verify("photo.jpg", "copy.jpg")
        #expect(all.status == 0 && lines(all).last == "2 works: 2 verified")
        let records = try await verify("--record-only", "photo.jpg", "copy.jpg")
        #expect(records.status == 0 && lines(records).last == "2 records: 2 verified")
        // Where nothing is wrong quiet says nothing; one work is not counted; programs count.
        #expect(try await verify("--quiet", "photo.jpg", "copy.jpg").output.isEmpty)
        #expect(try await !verify("photo.jpg").output.contains("works:"))
        #expect(try await verify("--json", "photo.jpg", "copy.jpg").objects.count == 2)
    }
}
