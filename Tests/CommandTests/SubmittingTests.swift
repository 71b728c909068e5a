import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a studio sees of many records: which are registered, which are not and why, what to do.
@Suite struct SubmittingTests {
    /// A ledger that knows no PoP yet, and three works in a folder.
    private func ledger() async throws -> LedgerProcess {
        let ledger = try await LedgerProcess(in: Workshop())
        let folder = ledger.shop.url("shoot/day")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["shoot/a.jpg", "shoot/b.jpg", "shoot/day/c.jpg"] {
            try ledger.shop.write(name, to: name)
        }
        return ledger
    }

    private func signShoot(_ shop: Workshop) async throws -> Program.Outcome {
        try await shop.sign("shoot", "--creator", "Ana Example", "--title", "Estuary")
    }

    @Test func recordsMayComeBeforeTheirKeyAndTheReasonIsToldOnce() async throws {
        let ledger = try await ledger()
        let signed = try await signShoot(ledger.shop)
        #expect(signed.status == 0 && signed.objects.count == 3, "\(signed.words)")
        let early = try await Program.run(
            "colophon", ["submit", "shoot"], in: ledger.shop.folder,
            environment: ["COLOPHON_LEDGER": ledger.address, "COLOPHON_KEY": "berlin.pem"])
        #expect(early.status == 1)
        #expect(early.output.isEmpty)
        #expect(early.words.contains("3 records: the ledger does not know the key "))
        #expect(early.words.contains("send berlin.pub.pem to its administrator"), "\(early.words)")
        #expect(early.words.contains("0 registered, 0 known, 0 pending, 3 failed"))
        #expect(early.words.ranges(of: "does not know the key").count == 1)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let late = try await ledger.colophon("submit", "shoot", "--wait", "10m")
        #expect(late.status == 0, "\(late.words)")
        #expect(late.words.contains("3 registered, 0 known, 0 pending"), "\(late.words)")
        let places = late.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(places.allSatisfy { $0.count == 4 && $0[2] == "registered" }, "\(late.output)")
        #expect(Set(places.map { $0[3] }) == ["3", "4", "5"])
        let again = try await ledger.colophon("submit", "shoot")
        #expect(again.words.contains("0 registered, 3 known, 0 pending"), "\(again.words)")
        #expect(again.output.contains(" known 3\n"), "\(again.output)")
    }

    /// The ledger names the field that is too large; what stands before it knows none.
    @Test func whoseLimitItIsSaysTheHint() async throws {
        let ledger = try await ledger()
        _ = try await signShoot(ledger.shop)
        let own = """
            {"status": 413, "title": "Content Too Large",
             "detail": "manifest: must not exceed 4096 bytes"}
            """
        for (type, body, words, other) in [
            ("application/problem+json", own, "shorten --record", "nginx"),
            ("text/html", "<h1>413</h1>", "nginx: client_max_body_size", "--record"),
        ] {
            var conduct = Relay.Conduct()
            conduct.before = { request in
                guard request.method == "POST" else { return nil }
                return Relay.Answer(status: 413, type: type, body: Array(body.utf8))
            }
            let relay = try await Relay(to: ledger.address, conduct)
            let sent = try await ledger.shop.colophon(
                "submit", "shoot/a.jpg.colophon", "--ledger", relay.address)
            #expect(sent.status == 1, "\(sent.words)")
            #expect(sent.words.contains(words) && !sent.words.contains(other), "\(sent.words)")
        }
    }

    @Test func statusSaysHowFarEachRecordIs() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        _ = try await signShoot(shop)
        let pending = try await shop.colophon("status", "shoot")
        #expect(pending.status == 1)
        #expect(pending.words.contains("0 registered, 3 pending"), "\(pending.words)")
        _ = try await ledger.colophon("submit", "shoot/a.jpg.colophon")
        try shop.write("new", to: "new.jpg")
        let mixed = try await shop.colophon("status", "shoot", "new.jpg", "gone.jpg")
        #expect(mixed.status == 1)
        #expect(
            mixed.words.contains("1 registered, 2 pending, 1 unsigned"), "\(mixed.words)")
        #expect(mixed.words.contains("gone.jpg: no such file"), "\(mixed.words)")
        let line = try #require(mixed.output.split(separator: "\n").first)
        let words = line.split(separator: " ")
        #expect(words[0] == "shoot/a.jpg.colophon" && words[2] == "registered", "\(line)")
        #expect(words[3] == "3" && words[4] == LedgerProcess.origin, "\(line)")
        #expect(mixed.output.contains("new.jpg unsigned\n"), "\(mixed.output)")
        let good = try await shop.colophon("status", "shoot/a.jpg", "--json")
        #expect(good.status == 0)
        #expect(good.objects.first?["status"] as? String == "registered")
        #expect(good.objects.first?["index"] as? Int == 3)
        #expect(good.objects.first?["cosigned"] as? Bool == false)
        #expect(good.objects.first?["timestamps"] as? Int == 0)
        #expect(
            mixed.words.contains("may add, where the ledger has them: cosignatures to 1"),
            "\(mixed.words)")
        // This ledger has nobody who sees or dates its heads, as its kit says.
        try await ledger.writeKit()
        let known = try await shop.colophon("status", "shoot/a.jpg", "--trust", "trust")
        #expect(known.status == 0 && !known.words.contains("may add"), "\(known.words)")
    }

    @Test func whoseAuthoritiesNobodyNamesIsNotWaitedFor() async throws {
        let ledger = try await ledger()
        try await ledger.add("berlin", issuer: Workshop.berlin)
        _ = try await signShoot(ledger.shop)
        _ = try await ledger.colophon("trust", "fetch", "--out", "kit.colophon-kit")
        let sent = try await ledger.colophon(
            "submit", "shoot", "--until", "timestamped", "--trust", "kit.colophon-kit")
        #expect(sent.status == 2, "\(sent.words)")
        #expect(sent.words.contains("names no timestamp authority"), "\(sent.words)")
        #expect(try await ledger.shop.colophon("status", "shoot").status == 1)
    }

    @Test func whatIsSignedIsSkippedInAFolderAndRefusedByName() async throws {
        let ledger = try await ledger()
        _ = try await signShoot(ledger.shop)
        try ledger.shop.write("d", to: "shoot/d.jpg")
        let before = try ledger.shop.bytes("shoot/a.jpg.colophon")
        let more = try await signShoot(ledger.shop)
        #expect(more.status == 0, "\(more.words)")
        #expect(more.objects.map { $0["file"] as? String } == ["shoot/d.jpg"])
        #expect(try ledger.shop.bytes("shoot/a.jpg.colophon") == before)
        let named = try await ledger.shop.sign(
            "shoot/a.jpg", "--creator", "Ana Example", "--title", "Estuary")
        #expect(named.status == 2, "\(named.words)")
        #expect(named.words.contains("--event correct"), "\(named.words)")
    }

    /// The recipe of the README.
    @Test func aCorrectionStandsBesideAndBothAreRegistered() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await shop.signWork("shoot/a.jpg")
        _ = try await ledger.colophon("submit", "shoot/a.jpg.colophon")
        let first = try shop.bytes("shoot/a.jpg.colophon")
        let correction = try await shop.signWork(
            "shoot/a.jpg", "--event", "correct", "--parent", "shoot/a.jpg.colophon")
        #expect(try shop.bytes("shoot/a.jpg.colophon") == first)
        let submitted = try await ledger.colophon("submit", "shoot/a.jpg.1.colophon")
        #expect(submitted.output.contains(correction), "\(submitted.words)")
        try await ledger.writeKit()
        for record in ["shoot/a.jpg", "shoot/a.jpg.1.colophon", "shoot"] {
            let verified = try await shop.colophon("verify", record, "--trust", "trust")
            #expect(verified.status == 0, "\(record): \(verified.output)\(verified.words)")
        }
        try await shop.signWork("shoot/a.jpg", "--force")
        #expect(try shop.bytes("shoot/a.jpg.2.colophon") == first)
        #expect(try shop.bytes("shoot/a.jpg.colophon") != first)
    }

    @Test func aSecondRecordOfACopyWarns() async throws {
        let ledger = try await ledger()
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let copy = ["--edition", "7/50", "--drop", "https://drops.example/estuary"]
        try await shop.signWork("shoot/a.jpg", copy[0], copy[1], copy[2], copy[3])
        let first = try await ledger.colophon("submit", "shoot/a.jpg.colophon")
        #expect(first.status == 0 && !first.words.contains("already"), "\(first.words)")
        try await shop.signWork("shoot/b.jpg", copy[0], copy[1], copy[2], copy[3])
        // An entry appears in the list of its thread shortly after it is registered.
        try await eventually("the thread has its entry") {
            let url = try #require(
                URL(string: "\(ledger.address)/threads?sub=https://drops.example/estuary%237"))
            return try await !Data(URLSession.shared.data(from: url).0).elementsEqual(
                Data("[]".utf8))
        }
        let second = try await ledger.colophon("submit", "shoot/b.jpg.colophon")
        #expect(second.status == 0, "\(second.words)")
        #expect(second.words.contains("has a record already: entry 3,"), "\(second.words)")
    }

    /// Ctrl-C: what is told is what a later run begins with.
    @Test func aSubmissionThatIsStoppedSaysWhatIsPending() async throws {
        let shop = try await Workshop()
        for name in ["a", "b"] {
            try shop.write(name, to: name)
            try await shop.signWork(name)
        }
        // Nobody listens at port 1, so it waits.
        let submission = try RunningProgram(
            "colophon",
            [
                "submit", "a.colophon", "b.colophon", "--ledger", "http://127.0.0.1:1",
                "--wait", "2h",
            ], in: shop.folder)
        try await submission.says("trying again")
        let ended = try await submission.end(by: SIGINT)
        #expect(ended.status == 3, "\(ended.words)")
        #expect(ended.words.contains("stopped"), "\(ended.words)")
        #expect(ended.words.contains("0 registered, 0 known, 2 pending"), "\(ended.words)")
    }

    @Test(arguments: ["10", "m", "0s", "-1m", "99999999999999999999h", "25h", "10 m"])
    func aTimeThatIsNoneIsRefused(time: String) async throws {
        let shop = try await Workshop()
        let refused = try await shop.colophon("submit", "a.colophon", "--wait=\(time)")
        #expect(refused.status == 2, "\(refused.words)")
        #expect(refused.words.contains("--wait"), "\(refused.words)")
    }
}
