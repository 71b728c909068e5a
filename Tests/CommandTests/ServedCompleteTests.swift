import Foundation
import TestSupport
import Testing

/// `complete`, and `refresh --complete`, at a ledger that is served with an index.
@Suite struct ServedCompleteTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    /// A ledger that knows Berlin and makes an index head a second after an entry.
    init() async throws {
        ledger = try await .indexing()
        shop = ledger.shop
    }

    private func complete(_ arguments: String...) async throws -> Program.Outcome {
        try await ledger.complete(arguments)
    }

    @Test func aWorkIsListedAndTheProofIsGoodForAnybody() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        let json = try await complete("photo.jpg", "--json")
        let listed = try #require((json.objects.first?["entries"] as? [[String: Any]])?.first)
        // An index head may stand before it.
        let index = try #require(listed["index"] as? Int)
        let said = try await complete("photo.jpg", "--out", "photo.complete")
        #expect(said.status == 0, "\(said.words)")
        #expect(
            words(said).contains("photo.jpg: entry \(index) alone names this file among the first"))
        #expect(words(said).contains("computed by the ledger"))
        let entry = try await shop.show("photo.jpg.colophon")["entry"] as? String
        #expect(listed["entry"] as? String == entry)
        #expect(said.output.contains("  entry \(index): \(entry ?? "?")\n"))
        #expect(said.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(said.words.contains("the proof is in photo.complete"))
        let verdict = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--complete", "photo.complete",
            "--require-complete", "artifact")
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
        // Without the entry it is "at most", and the same proof.
        let most = try await complete("photo.jpg", "--without-entries", "--out", "photo.complete")
        #expect(most.status == 0, "\(most.words)")
        #expect(words(most).contains("at most entry \(index) names this file"))
        let quiet = try await complete("photo.jpg", "--quiet")
        #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.words.isEmpty)
    }

    @Test func aProofIsNeverWrittenOverSomethingElse() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        try shop.write("mine", to: "photo.complete")
        let refused = try await complete("photo.jpg", "--out", "photo.complete")
        #expect(refused.status == 2, "\(refused.words)")
        #expect(refused.words.contains("it exists already, and has something else in it"))
        #expect(try shop.bytes("photo.complete") == Array("mine".utf8))
    }

    @Test func thatThereIsNoneIsAYes() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        let digest = String(repeating: "ab", count: 32)
        let none = try await complete("--sha256", digest, "--out", "none.complete")
        #expect(none.status == 0, "\(none.words)")
        #expect(words(none).contains("no entry names this file among the first"))
        let verdict = try await shop.colophon(
            "verify", "--trust", "trust", "--complete", "none.complete")
        #expect(verdict.status == 0, "\(verdict.output)")
        let json = try await complete("--sha256", digest, "--json")
        let object = try #require(json.objects.first)
        #expect(object["ok"] as? Bool == true && object["out"] is NSNull)
        #expect((object["entries"] as? [Any])?.isEmpty == true)
        #expect((object["answers"] as? [[String: Any]])?.first?["count"] as? Int == 0)
    }

    @Test func aLongListIsTakenFromAnyPosition() async throws {
        try FileManager.default.createDirectory(
            at: shop.url("shoot"), withIntermediateDirectories: false)
        for number in 0..<70 { try shop.write("pixels of \(number)", to: "shoot/\(number).jpg") }
        let signed = try await shop.sign("shoot", "--creator", "Ana Example", "--title", "Estuary")
        try #require(signed.status == 0, "\(signed.words)")
        let sent = try await ledger.colophon("submit", "shoot")
        try #require(sent.status == 0, "\(sent.words)")
        try await ledger.writeKit()
        try await ledger.awaitHead(over: ["--iss", Workshop.berlin], entries: 70)
        let all = try await complete("--iss", Workshop.berlin)
        #expect(all.status == 0, "\(all.words)")
        #expect(
            words(all).contains(
                "these 70 entries are all that belong to the issuer \(Workshop.berlin) among"))
        #expect(all.words.contains("50 more entries: --json names them"), "\(all.words)")
        let rest = try await complete("--iss", Workshop.berlin, "--from", "60")
        #expect(rest.status == 0, "\(rest.words)")
        #expect(
            words(rest).hasPrefix("\(Workshop.berlin): at most 70 entries belong to"),
            "\(rest.output)")
        #expect(words(rest).contains("positions 60 to 69"), "\(rest.output)")
        let behind = try await complete("--iss", Workshop.berlin, "--from", "70")
        #expect(behind.status == 2, "\(behind.words)")
        #expect(behind.words.contains("--from 70 is behind the end: the ledger lists 70 entries"))
    }

    /// A ledger that is served, and has no index, is asked for nothing in vain.
    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        try await ledger.writeKit()
        let bare = try await LedgerProcess(in: Workshop(), serve: ["--index", "off"])
        try await bare.writeKit()
        for arguments in [["--iss", Workshop.berlin], ["--sample", "3"]] {
            let asked = try await bare.complete(arguments)
            #expect(asked.status == 3, "\(asked.words)")
            #expect(asked.words.contains("has no index, or has made no index head yet"))
            #expect(asked.words.contains("hint: ask its operator: colophond serve --index on"))
        }
    }

    /// Whoever has made heads, and makes no proofs now, is told apart from who has none.
    @Test func aLedgerThatMakesNoProofsNowSaysSo() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        try await ledger.restart(with: ["--index", "off"])
        let words = "has index heads, and gives no proofs by them now"
        for arguments in [["photo.jpg"], ["--sample", "3"]] {
            let asked = try await ledger.complete(arguments)
            #expect(asked.status == 3 && asked.words.contains(words), "\(asked.words)")
            #expect(asked.words.contains("complete --copy makes the proof"), "\(asked.words)")
        }
        let refused = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--complete", "--trust", "trust")
        #expect(refused.status == 3 && refused.words.contains(words), "\(refused.words)")
        // A short log is read as a whole.
        let chain = try await ledger.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--trust", "trust")
        #expect(chain.words.contains("none is left out: every entry was read"), "\(chain.words)")
    }

    @Test func aLookByChanceSaysWhatItIsWorth() async throws {
        for name in ["a.jpg", "b.jpg", "c.jpg"] { try await ledger.register(name) }
        try await ledger.cover("c.jpg")
        let all = try await complete("--sample", "10000")
        #expect(all.status == 0, "\(all.words)")
        #expect(words(all).contains("entries are listed under each of their names"))
        let some = try await complete("--sample", "2")
        #expect(some.status == 0, "\(some.words)")
        #expect(words(some).contains("2 entries of the first"))
        #expect(words(some).contains("were more than 77.64 % of the entries left out, a look"))
        #expect(some.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let object = try #require(try await complete("--sample", "2", "--json").objects.first)
        #expect(object["ok"] as? Bool == true && object["entries"] as? Int == 2)
        // The head itself, and what came since.
        let later = try #require(object["notCovered"] as? Int)
        #expect(later >= 1)
        #expect(words(all).contains("after those, up to the newest head known here,"))
    }

    /// The head's own level is that of what it lists.
    @Test func aHeadThatNoWitnessHasSeenProvesNoMoreThanTheLog() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        let made = try await shop.colophon(
            "keygen", "--witness", "w.example", "--out", "w.pem")
        let key = made.output.split(separator: "\n").last ?? ""
        let log = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
            .split(separator: "\n")[0]
        try FileManager.default.removeItem(at: shop.url("trust/policy"))
        try shop.write("\(log)\nwitness w \(key)\nquorum w\n", to: "trust/policy")
        let said = try await complete("photo.jpg", "--out", "photo.complete")
        #expect(said.status == 1, "\(said.output)\(said.words)")
        #expect(words(said).contains("its index head has reached \"logged\" only"))
        #expect(try !shop.exists("photo.complete"))
        let logged = try await complete(
            "photo.jpg", "--require", "logged", "--out", "photo.complete")
        #expect(logged.status == 0, "\(logged.output)\(logged.words)")
        #expect(words(logged).contains("logged, and seen by no quorum of witnesses"))
        let looked = try await complete("--sample", "2")
        #expect(looked.status == 1, "\(looked.words)")
        #expect(looked.words.contains("its head has reached \"logged\" only"))
        #expect(try await complete("--sample", "2", "--require", "logged").status == 0)
    }

    /// A kit from before a key of the ledger was handed over proves all the same.
    @Test func keysThatWereHandedOverAreFollowed() async throws {
        try await ledger.writeKit()
        for key in ["note", "ledger"] {
            let rotated = try await Program.run(
                "colophond", ["rotate", key, "--data", "ledger"], in: shop.folder)
            try #require(rotated.status == 0, "\(rotated.words)")
        }
        try await ledger.register("photo.jpg")
        try await ledger.awaitHead(over: ["photo.jpg"])
        let said = try await complete("photo.jpg")
        #expect(said.status == 0, "\(said.output)\(said.words)")
        #expect(said.words.contains("older than the ledger's keys, whose handover is proven"))
        #expect(try await complete("--sample", "3").status == 0)
    }

    @Test func whatCannotBeAskedIsSaid() async throws {
        try await ledger.writeKit()
        try shop.write("pixels", to: "photo.jpg")
        let digest = String(repeating: "ab", count: 32)
        for (arguments, said) in [
            ([], "a file, --sha256, --sub, --iss or --sample is to be named"),
            (["photo.jpg", "--sha256", digest], "and one of them only"),
            (["--sha256", "AB"], "--sha256 is not 64 lower-case hexadecimal digits"),
            (["--sub", "no URI"], "--sub: a URI holds only the characters of RFC 3986"),
            (["--iss", ""], "--iss: a URI has 1 to 255 bytes, not 0"),
            (["absent.jpg"], "no such file"),
            (["--sample", "0"], "--sample is 1 to 10000"),
            (["--sample", "3", "photo.jpg"], "--sample is about the whole log"),
            (["--sample", "3", "--out", "x"], "--sample is about the whole log"),
            (["photo.jpg", "--require", "anchored"], "--require is logged or witnessed here"),
        ] as [([String], String)] {
            let asked = try await ledger.complete(arguments)
            #expect(asked.status == 2 && asked.words.contains(said), "\(asked.words)")
        }
        let help = try await shop.colophon("complete", "--help")
        #expect(help.output.contains("  colophon complete photo.jpg"))
        expectLines(of: help.output)
    }

    // MARK: - refresh --complete

    @Test func aRecordCarriesItsNewestProofAndTheEarliest() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        let kit = try await ledger.colophon("refresh", "photo.jpg.colophon", "--complete")
        #expect(kit.status == 2 && kit.words.contains("--complete needs a trust kit"))
        let refreshed = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--complete", "--trust", "trust", "--json")
        #expect(refreshed.status == 0, "\(refreshed.words)")
        let object = try #require(refreshed.objects.first)
        #expect(object["status"] as? String == "refreshed")
        let first = try #require(object["complete"] as? Int)
        let again = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--complete", "--trust", "trust")
        #expect(again.output.contains(" unchanged "), "\(again.output)\(again.words)")
        try await expectComplete(proofs: [first])
        // Another head, and so another proof; the earliest stays.
        for name in ["later.jpg", "last.jpg"] {
            try await ledger.register(name)
            try await ledger.cover(name)
            let next = try await ledger.colophon(
                "refresh", "photo.jpg.colophon", "--complete", "--trust", "trust", "--json")
            let size = try #require(next.objects.first?["complete"] as? Int)
            #expect(size > first)
            try await expectComplete(proofs: [size, first])
        }
    }

    /// Expects that the record of the photo says by itself that its listings are complete, and has
    /// proofs that cover so many entries.
    private func expectComplete(proofs sizes: [Int]) async throws {
        let verdict = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--json",
            "--require-complete", "artifact,sub")
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
        let proofs = verdict.objects.first?["complete"] as? [[String: Any]]
        #expect(proofs?.compactMap { $0["size"] as? Int } == sizes)
    }

    @Test func aRecordWaitsForAHeadThatCoversIt() async throws {
        try await ledger.register("photo.jpg")
        try await ledger.cover("photo.jpg")
        try await ledger.restart(with: ["--index", "on", "--index-interval", "1h"])
        try await ledger.register("late.jpg")
        try await ledger.writeKit()
        try await eventually("the index is there") {
            try await complete("photo.jpg").status == 0
        }
        let late = try await ledger.colophon(
            "refresh", "late.jpg.colophon", "--complete", "--trust", "trust")
        #expect(late.status == 0, "\(late.words)")
        #expect(late.words.contains("1 not covered by an index head yet: refresh later"))
    }

    @Test func aRecordStaysAsItIsWhereThereIsNoIndex() async throws {
        let bare = try await LedgerProcess(in: Workshop(), serve: ["--index", "off"])
        try await bare.add("berlin", issuer: Workshop.berlin)
        try bare.shop.write("pixels", to: "photo.jpg")
        try await bare.shop.signWork("photo.jpg")
        try #require(try await bare.colophon("submit", "photo.jpg.colophon").status == 0)
        try await bare.writeKit()
        let before = try bare.shop.bytes("photo.jpg.colophon")
        let refused = try await bare.colophon(
            "refresh", "photo.jpg.colophon", "--complete", "--trust", "trust")
        #expect(refused.status == 3, "\(refused.words)")
        #expect(refused.words.contains("has no index, or has made no index head yet"))
        #expect(try bare.shop.bytes("photo.jpg.colophon") == before)
    }
}
