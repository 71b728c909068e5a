import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `colophon find` names what looks like a picture, proves it, and says no more than it knows.
@Suite struct FindCommandTests {
    private static let hash = "0123456789abcdef" + String(repeating: "5", count: 48)

    /// The hash with its last digits changed: 1 and 13 bits away; and one that is nowhere near.
    private static let near = "0123456789abcdef" + String(repeating: "5", count: 47) + "4"
    private static let further =
        "0123456789abcdef" + String(repeating: "5", count: 44) + "aaa4"
    private static let far = String(repeating: "c", count: 64)

    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
    }

    /// Signs a work that says it has this hash, registers it and returns its entry.
    private func register(
        _ name: String, _ hash: String, quality: Int = 90
    ) async throws -> String {
        try shop.write("pixels of \(name)", to: name)
        try shop.write(
            """
            {"perceptualHashes": [{"alg": "pdq", "value": "\(hash)", "quality": \(quality),
              "profile": "pdq-1"}]}
            """, to: "\(name).json")
        let entry = try await shop.signWork(name, "--predicate", "\(name).json")
        let sent = try await ledger.colophon("submit", "\(name).colophon")
        try #require(sent.status == 0, "\(sent.words)")
        return entry
    }

    /// Looks until the ledger has looked at all its entries.
    private func find(_ arguments: String...) async throws -> Program.Outcome {
        try await eventually("the ledger has looked at all") {
            let found = try await Program.run(
                "colophon",
                ["find", "--trust", "trust", "--ledger", ledger.address] + arguments,
                in: shop.folder)
            let isPart = ["not looked at the others yet", "still loading"].contains {
                found.words.contains($0)
            }
            return isPart ? nil : found
        }
    }

    @Test func whatLooksLikeAHashIsNamedAndProven() async throws {
        // A kit from before these entries: the ledger is asked for a newer one.
        try await ledger.writeKit()
        let entry = try await register("a.bin", Self.near)
        let other = try await register("b.bin", Self.further)
        _ = try await register("plain.bin", Self.hash, quality: 49)
        let text = try await find("--pdq", Self.hash)
        #expect(text.status == 0, "\(text.words)")
        #expect(text.output.contains("looks like entry 3 (as near as re-saved)"))
        #expect(
            text.output.contains(
                "1 of 256 bits differ from the hash that its signer states"))
        #expect(text.output.contains(entry))
        #expect(text.output.contains("title:    Estuary"))
        #expect(text.output.contains("signer:   \(Workshop.berlin)"))
        #expect(text.output.contains("proven:   in the tree of 6 entries"))
        #expect(!text.output.contains(" is entry"))
        #expect(text.words.contains("likeness is not identity"))
        #expect(text.words.contains("what a hash survives: \(ledger.address)/likeness"))
        #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 80 })

        let json = try await find("--pdq", Self.far, "--pdq", Self.hash, "--json")
        #expect(json.status == 0, "\(json.words)")
        let object = try #require(json.objects.first)
        let hits = try #require(object["hits"] as? [[String: Any]])
        #expect(hits.map { $0["entry"] as? String } == [entry, other])
        #expect(hits.map { $0["band"] as? String } == ["re-saved", "resized"])
        #expect(hits.allSatisfy { $0["orientation"] as? Int == 1 })
        #expect(hits.allSatisfy { $0["signer"] as? String == "ok" })
        #expect((hits[0]["path"] as? [String])?.isEmpty == false)
        #expect(object["coversAll"] as? Bool == true)
        #expect(object["table"] as? String == ledger.address + "/likeness")
        // The proof is that of prove.
        let proof = try await Program.run(
            "colophon",
            [
                "prove", "--entry=\(entry)", "--json", "--trust", "trust", "--ledger",
                ledger.address,
            ], in: shop.folder)
        #expect(proof.objects.first?["root"] as? String == hits[0]["root"] as? String)
        #expect(proof.objects.first?["leafHash"] as? String == hits[0]["leafHash"] as? String)

        let one = try await find("--pdq", Self.hash, "--limit", "1")
        #expect(one.status == 0 && one.words.contains("there are more: --after 1:3 shows"))
        #expect(one.output.contains("warning:  likeness is not identity"))
        // Each place leads to the next one, to the end.
        let next = try await find("--pdq", Self.hash, "--limit", "1", "--after", "1:3", "--json")
        #expect(next.objects.first?["more"] as? Bool == false, "\(next.words)")
        let behind = try #require(next.objects.first?["hits"] as? [[String: Any]])
        #expect(behind.map { $0["entry"] as? String } == [other])
        let none = try await find("--pdq", Self.hash, "--after", "13:4")
        #expect(none.status == 1 && none.words.contains("nothing behind 13:4 in"))
        let close = try await find("--pdq", Self.hash, "--distance", "0")
        #expect(close.status == 1 && close.output.isEmpty)
    }

    /// A copy is not the work: `verify` and `show` say that it looks like it, and what to ask.
    @Test func aCopyLooksLikeTheWorkAndIsNotIt() async throws {
        let picture = TestRaster.waves(320, 240)
        try Data(picture.png()).write(to: shop.url("photo.png"))
        _ = try await shop.signWork("photo.png")
        let sent = try await ledger.colophon("submit", "photo.png.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        let comment = TestPicture.chunk("tEXt", Array("a\0saved again".utf8))
        try Data(picture.png([comment])).write(to: shop.url("copy.png"))
        try Data(TestRaster.blocks(64, 48).png()).write(to: shop.url("other.png"))

        let copy = try await shop.colophon(
            "verify", "copy.png", "photo.png.colophon", "--trust", "trust")
        #expect(copy.status == 1, "\(copy.words)")
        let words = copy.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.hasPrefix("copy.png: NOT THE SAME FILE"), "\(words)")
        #expect(words.contains("it looks like entry 3 (re-saved): 0 of 256 bits differ"))
        #expect(words.contains("likeness is not identity"))
        #expect(words.contains("what a hash survives: Schemas/perceptual.md of colophon's"))
        let hint = "hint: colophon find copy.png --trust trust --ledger "
        #expect(words.contains(hint))
        let json = try await shop.colophon(
            "verify", "copy.png", "photo.png.colophon", "--trust", "trust", "--json")
        let likeness = try #require(json.objects.first?["likeness"] as? [String: Any])
        #expect(likeness["band"] as? String == "re-saved" && likeness["distance"] as? Int == 0)
        #expect(json.objects.first?["ok"] as? Bool == false)
        let card = try await shop.colophon(
            "show", "photo.png.colophon", "--artifact", "copy.png", "--trust", "trust")
        #expect(card.status == 1)
        #expect(card.output.contains("looks like entry 3 (re-saved)"), "\(card.output)")
        #expect(card.words.contains("what a hash survives: Schemas/perceptual.md"))

        let other = try await shop.colophon(
            "verify", "other.png", "photo.png.colophon", "--trust", "trust")
        #expect(other.status == 1 && !other.output.contains("looks like"), "\(other.output)")
        #expect(other.output.contains("colophon find other.png"))
        let same = try await shop.colophon("verify", "photo.png", "--trust", "trust")
        #expect(same.status == 0 && !same.output.contains("looks like"), "\(same.output)")
        #expect(!same.output.contains("colophon find"))
    }

    /// The withdrawal states no look, so it is no find itself: what it withdraws says so.
    @Test func whatWasWithdrawnIsNoOrdinaryFind() async throws {
        let entry = try await register("a.bin", Self.hash)
        let corrected = try await register("b.bin", Self.near)
        let gone = try await shop.signWork(
            "a.bin", "--event", "withdraw", "--parent", "a.bin.colophon")
        _ = try await shop.signWork(
            "b.bin", "--event", "correct", "--parent", "b.bin.colophon", "--predicate",
            "b.bin.json")
        let sent = try await ledger.colophon(
            "submit", "a.bin.1.colophon", "b.bin.1.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        let text = try await find("--pdq", Self.hash)
        #expect(text.status == 0, "\(text.words)")
        let blocks = text.output.split(separator: "the hash looks like ")
        #expect(blocks.count == 3, "\(text.output)")
        let first = try #require(blocks.first { $0.contains("\(entry)\n") })
        #expect(first.contains("\n  WITHDRAWN by entry 5\n"), "\(text.output)")
        #expect(first.contains("\n  event:    capture\n"))
        #expect(first.contains("\n  logged:   by 20"))
        let second = try #require(blocks.first { $0.contains("\(corrected)\n") })
        #expect(second.contains("\n  corrected by entry 6\n"), "\(text.output)")
        let third = try #require(blocks.first { $0.contains("event:    correct\n") })
        #expect(third.contains("\n  corrects entry 4\n"), "\(text.output)")

        let json = try await find("--pdq", Self.hash, "--json")
        let hits = try #require(json.objects.first?["hits"] as? [[String: Any]])
        let hit = try #require(hits.first { $0["entry"] as? String == entry })
        #expect(hit["event"] as? String == "capture" && hit["loggedAt"] as? Int != nil)
        let taken = try #require((hit["takenBack"] as? [[String: Any]])?.first)
        #expect(taken["entry"] as? String == gone && taken["event"] as? String == "withdraw")
        #expect(taken["by"] as? String == "signer")
        let correction = try #require(hits.first { $0["event"] as? String == "correct" })
        let takes = try #require((correction["takesBack"] as? [[String: Any]])?.first)
        #expect(takes["entry"] as? String == corrected)
        #expect(json.objects.first?["cut"] as? Bool == false)
    }

    @Test func nothingThatLooksLikeItEndsWithNo() async throws {
        _ = try await register("a.bin", Self.hash)
        try await ledger.writeKit()
        let text = try await find("--pdq", Self.far)
        #expect(text.status == 1 && text.output.isEmpty, "\(text.words)")
        #expect(text.words.contains("looks like it, by the ledger's word, among 4 entries"))
        #expect(text.words.contains("\(ledger.address)/likeness"))
        let json = try await find("--pdq", Self.far, "--json")
        #expect(json.status == 1)
        #expect((json.objects.first?["hits"] as? [Any])?.isEmpty == true)
        let quiet = try await find("--pdq", Self.hash, "--quiet")
        #expect(quiet.status == 0 && quiet.words.isEmpty)
    }

    /// The address that a search prints is there for whoever opens it, with all that the page
    /// names: this ledger is served without `--explorer`, and links to no page that it lacks.
    @Test func theTableIsWhereTheSearchSays() async throws {
        _ = try await register("a.bin", Self.hash)
        try await ledger.writeKit()
        let found = try await find("--pdq", Self.hash, "--json")
        let table = try #require(found.objects.first?["table"] as? String)
        let (status, text) = try await page(at: table)
        #expect(status == 200 && text.contains("<h1>What a perceptual hash survives</h1>"))
        let links = text.matches(of: #/href="\.\/([^"]*)"/#).map { String($0.output.1) }
        #expect(links.contains("site.css") && links.contains("icon.svg"), "\(links)")
        for link in links {
            #expect(try await page(at: "\(ledger.address)/\(link)").status == 200, "\(link)")
        }
    }

    private func page(at address: String) async throws -> (status: Int?, text: String) {
        let url = try #require(URL(string: address))
        let (body, answer) = try await URLSession.shared.data(from: url)
        return ((answer as? HTTPURLResponse)?.statusCode, String(decoding: body, as: UTF8.self))
    }

    /// What is erased is found no more, by anybody.
    @Test func anErasedEntryIsNotFound() async throws {
        let entry = try await register("a.bin", Self.hash)
        try await ledger.writeKit()
        #expect(try await find("--pdq", Self.hash).status == 0)
        let erased = try await ledger.colophon(
            "erase", "--admin", "admin.pem", "--origin", LedgerProcess.origin, "--reason", "asked",
            "--authority", "the person shown", "--yes", "--entry=\(entry)")
        try #require(erased.status == 0, "\(erased.words)")
        #expect(try await find("--pdq", Self.hash).status == 1)
    }

    /// What one machine computes another one looks for.
    @Test func theHashesOfAFileAreThoseThatAreSent() async throws {
        try Data(TestRaster.waves(320, 240).png()).write(to: shop.url("photo.png"))
        _ = try await shop.signWork("photo.png")
        let sent = try await ledger.colophon("submit", "photo.png.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        let printed = try await shop.colophon("find", "photo.png", "--hashes")
        #expect(printed.status == 0, "\(printed.words)")
        let hashes = printed.output.split(separator: "\n").map(String.init)
        try #require(hashes.count == 8 && hashes.allSatisfy { $0.count == 64 })
        let json = try await shop.colophon("find", "photo.png", "--hashes", "--json")
        #expect(json.objects.first?["hashes"] as? [String] == hashes)
        let quality = try #require(json.objects.first?["quality"] as? Int)
        #expect((50...100).contains(quality))

        let found = try await find("photo.png", "--json")
        #expect(found.status == 0, "\(found.words)")
        #expect(found.objects.first?["hashes"] as? [String] == hashes)
        #expect(found.objects.first?["quality"] as? Int == quality)
        let other = try await find("--pdq", hashes[0])
        #expect(other.status == 0 && other.output.contains("looks like entry 3"))
        let none = try await shop.colophon("find", "--hashes", "--pdq", hashes[0])
        #expect(none.status == 2 && none.words.contains("--hashes is about one file"))
    }

    @Test func whatCannotBeAskedIsSaid() async throws {
        try await ledger.writeKit()
        try shop.write("no picture", to: "notes.txt")
        for (arguments, words) in [
            ([], "a file, or 1 to 8 hashes"), (["--pdq", "00"], "64 lower-case"),
            (["notes.txt", "--pdq", Self.hash], "exclude each other"),
            (["--pdq", Self.hash, "--distance", "32"], "--distance is 0 to 31"),
            (["--pdq", Self.hash, "--limit", "0"], "--limit is 1 to 100"),
            (["--pdq", Self.hash, "--after", "1"], "--after is two numbers, DISTANCE:INDEX"),
            (["--pdq", Self.hash, "--after", "32:1"], "a distance of at most 31"),
            (["notes.txt"], "has no perceptual hash: no JPEG, PNG or WebP of a kind"),
            (["absent.jpg"], "no such file"),
        ] as [([String], String)] {
            let found = try await Program.run(
                "colophon",
                ["find", "--trust", "trust", "--ledger", ledger.address] + arguments,
                in: shop.folder)
            #expect(found.status == 2 && found.words.contains(words), "\(found.words)")
        }
    }

    /// A ledger without the search is no ledger in which nothing looks like it; and it keeps no
    /// hashes.
    @Test func aLedgerWithoutTheSearchSaysSo() async throws {
        _ = try await register("a.bin", Self.hash)
        try await ledger.writeKit()
        try shop.write("left", to: "ledger.similar")
        try await ledger.restart(with: ["--similar", "off"])
        let found = try await find("--pdq", Self.hash)
        #expect(found.status == 3, "\(found.words)")
        #expect(found.words.contains("has no search by likeness"))
        #expect(try !shop.exists("ledger.similar"))
        let wrong = try await Program.run(
            "colophond", ["serve", "--data", "ledger", "--similar", "maybe"], in: shop.folder)
        #expect(wrong.status == 2 && wrong.words.contains("neither on nor off"))
    }
}
