import Foundation
import TestSupport
import Testing

/// `colophon show` and `colophon history`, against a ledger and a copy of it.
@Suite struct CardCommandTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    /// The entries of the capture, the edit and the withdrawal.
    private let entries: [String]

    /// A capture, an edit of it, and a withdrawal of the edit, all registered; a copy in `copy`.
    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("pixels", to: "photo.jpg")
        try shop.write("other pixels", to: "edit.jpg")
        try shop.write("a letter", to: "letter.txt")
        entries = [
            try await shop.signWork("photo.jpg"),
            try await shop.signWork(
                "edit.jpg", "--parent", "photo.jpg.colophon", "--action", "c2pa.cropped"),
            try await shop.signWork(
                "letter.txt", "--event", "withdraw", "--parent", "edit.jpg.colophon"),
        ]
        for name in ["photo.jpg", "edit.jpg", "letter.txt"] {
            let sent = try await ledger.colophon("submit", "\(name).colophon")
            try #require(sent.status == 0, "\(sent.words)")
        }
        try await ledger.writeKit()
        let exported = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "copy"], in: shop.folder)
        try #require(exported.status == 0, "\(exported.words)")
    }

    private func show(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophon", ["show"] + arguments, in: shop.folder)
    }

    private func history(_ arguments: String...) async throws -> Program.Outcome {
        let place = arguments.contains("copy") ? [] : ["--ledger", ledger.address]
        return try await Program.run(
            "colophon", ["history"] + arguments + ["--trust", "trust"] + place, in: shop.folder)
    }

    // MARK: - The card

    @Test func theCardSaysWhatIsProvenAndFitsATerminal() async throws {
        let alone = try await show("photo.jpg.colophon")
        #expect(alone.status == 0 && alone.output.contains("[?] Checked     nothing"))
        let checked = try await show(
            "photo.jpg.colophon", "--artifact", "photo.jpg", "--trust", "trust")
        #expect(checked.status == 0, "\(checked.words)")
        for words in [
            "[P] Verdict     verified: logged", "[P] Signer      signed by \(Workshop.berlin)",
            "[P] Ledger      entry 3 of \(LedgerProcess.origin)", "[S] CARD 1      what",
            "[S] Title       Estuary", "[P] Card digest ",
        ] {
            #expect(checked.output.contains(words), "\(words)\n\(checked.output)")
        }
        for line in (alone.output + checked.output).split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
        // The same again, byte for byte.
        let again = try await Program.run(
            "colophon",
            ["show", "photo.jpg.colophon", "--artifact", "photo.jpg", "--trust", "trust"],
            in: shop.folder, environment: ["LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo"])
        #expect(again.output == checked.output)
    }

    @Test func whatIsFalseEndsWithNoAndIsShown() async throws {
        let other = try await show(
            "photo.jpg.colophon", "--artifact", "edit.jpg", "--trust", "trust")
        #expect(other.status == 1 && other.output.contains("NOT THE SAME FILE"))
        let unchecked = try await show("photo.jpg.colophon", "--artifact", "edit.jpg")
        #expect(unchecked.status == 1 && unchecked.output.contains("NOT THE SAME FILE"))
        let missing = try await show("photo.jpg.colophon", "--artifact", "nothing.jpg")
        #expect(missing.status == 2 && missing.output.isEmpty)
    }

    @Test func thePageNeedsNothingElse() async throws {
        let page = try await show("photo.jpg.colophon", "--trust", "trust", "--html")
        #expect(page.status == 0 && page.output.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
        #expect(page.output.hasSuffix("</html>\n") && page.output.contains("default-src 'none'"))
        #expect(!page.output.contains("<script") && !page.output.contains("http-equiv=\"refresh"))
        let both = try await show("photo.jpg.colophon", "--html", "--json")
        #expect(both.status == 2 && both.words.contains("exclude each other"))
    }

    @Test func aTranslationSaysThatItIsOne() async throws {
        let german = try await show("photo.jpg.colophon", "--trust", "trust", "--lang", "de")
        #expect(german.status == 0, "\(german.words)")
        #expect(german.output.contains("\nÜbersetzung; signiert ist der englische Text\n"))
        #expect(german.output.contains("[S] Titel       Estuary\n"))
        let none = try await show("photo.jpg.colophon", "--lang", "tlh")
        #expect(none.status == 2 && none.words.contains("no words in \"tlh\""), "\(none.words)")
    }

    @Test func programsGetTheCardAsAnObject() async throws {
        let shown = try await show("photo.jpg.colophon", "--trust", "trust", "--json")
        let object = try #require(shown.objects.first)
        #expect(object["checked"] as? Bool == true && object["entry"] as? String == entries[0])
        let card = try #require(object["card"] as? [String: Any])
        #expect(card["signed"] as? Bool == true && card["title"] as? String == "Estuary")
        let state = try #require(card["state"] as? [[String: Any]])
        #expect(state.first?["says"] as? String == "recordHolds")
        #expect(state.allSatisfy { ["P", "S", "W", "?"].contains($0["origin"] as? String ?? "") })
    }

    // MARK: - The history

    /// Whatever names it, and wherever it is read: one history.
    @Test func aWorksLifeIsATreeOfProvenSteps() async throws {
        for (name, place) in [
            ("photo.jpg.colophon", nil), ("photo.jpg", nil), ("/entries/\(entries[2])", nil),
            ("4", nil), ("edit.jpg.colophon", "copy"), ("/entries/\(entries[0])", "copy"),
        ] as [(String, String?)] {
            let from = place.map { ["--from", $0] } ?? ["--ledger", ledger.address]
            let found = try await Program.run(
                "colophon", ["history", name, "--json", "--trust", "trust"] + from,
                in: shop.folder)
            #expect(found.status == 0, "\(name): \(found.words)")
            let object = try #require(found.objects.first)
            let steps = try #require(object["steps"] as? [[String: Any]])
            #expect(steps.map { $0["entry"] as? String } == entries, "\(name)")
            #expect(steps.map { $0["depth"] as? Int } == [0, 1, 2])
            #expect(steps.allSatisfy { $0["proof"] != nil && $0["place"] as? String == "proven" })
            #expect(object["cut"] as? Bool == false)
        }
    }

    @Test func theTextSaysWhatWasDoneAndWhatWasTakenBack() async throws {
        let found = try await history("edit.jpg.colophon")
        #expect(found.status == 0, "\(found.words)")
        for words in [
            "[P] entry 3, logged by", "[P] `- entry 4, logged by", "(this one)",
            "what was done: cropped", "WITHDRAWN by entry 5", "WITHDRAWS entry 4",
            "[?] as of tree size 6 of \(LedgerProcess.origin)",
        ] {
            #expect(found.output.contains(words), "\(words)\n\(found.output)")
        }
        for line in found.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let german = try await history("edit.jpg.colophon", "--lang", "de")
        #expect(german.output.contains("ZURÜCKGEZOGEN durch Eintrag 5"))
        let page = try await history("edit.jpg.colophon", "--html")
        #expect(page.output.contains("<ol class=\"tree\">") && page.output.hasSuffix("</html>\n"))
    }

    @Test func whatTheLedgerLacksIsSaidAndWhatIsNamedMustBeThere() async throws {
        try shop.write("late pixels", to: "late.jpg")
        let late = try await shop.signWork("late.jpg", "--parent", "edit.jpg.colophon")
        // A record tells of itself; a name alone does not.
        let own = try await history("late.jpg.colophon")
        #expect(own.status == 0, "\(own.words)")
        #expect(own.output.contains("[?]    `- entry \(late): not in this"))
        let named = try await history("/entries/\(late)")
        #expect(named.status == 1 && named.output.isEmpty, "\(named.words)")
        try shop.write("unknown", to: "unknown.jpg")
        #expect(try await history("unknown.jpg").status == 1)
        let early = try await history("/entries/\(entries[0])", "--from", "copy", "--limit", "1")
        #expect(early.status == 3 && early.words.contains("--limit"), "\(early.words)")
    }

    @Test func wrongUsageSaysWhatIsMissing() async throws {
        let cases: [([String], String)] = [
            ([], "one record, artifact or entry is to be named"),
            (["4"], "--trust is missing"), (["4", "--trust", "trust"], "--ledger is missing"),
            (["4", "--trust", "trust", "--require", "anchored"], "logged or witnessed here"),
            (
                ["4", "--trust", "trust", "--from", "copy", "--ledger", ledger.address],
                "exclude each other"
            ), (["4", "--trust", "trust", "--limit", "0"], "--limit must be 1 or more"),
        ]
        for (arguments, words) in cases {
            let found = try await Program.run(
                "colophon", ["history"] + arguments, in: shop.folder)
            #expect(found.status == 2 && found.words.contains(words), "\(found.words)")
        }
    }
}
