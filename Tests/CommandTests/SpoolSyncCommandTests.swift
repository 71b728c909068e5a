import Foundation
import TestSupport
import Testing

/// `colophon spool sync`, as a PoP uses it: with kills on both sides, refusals and a service.
@Suite(.enabled(if: Program.isInstalled("python3"), "needs python3"))
struct SpoolSyncCommandTests {
    private static let count = 120

    /// Makes a ledger and the spool `outbox` for it, with so many works signed into it.
    private func makeSpool(
        _ count: Int, knowing key: Bool = true
    ) async throws -> (ledger: LedgerProcess, works: [String]) {
        let ledger = try await LedgerProcess(in: Workshop())
        let shop = ledger.shop
        if key { try await ledger.add("berlin", issuer: Workshop.berlin) }
        try await ledger.writeKit()
        try await shop.makeSpool(at: ledger.address)
        let works = (0..<count).map { "work-\($0).txt" }
        for work in works { try shop.write(work, to: work) }
        let signed = try await Program.run(
            "colophon",
            ["sign", "--spool", "outbox", "--creator", "Ana", "--title", "T"] + works,
            in: shop.folder)
        try #require(signed.status == 0, "\(signed.words)")
        return (ledger, works)
    }

    private func names(_ state: String, in shop: Workshop) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.url("outbox/\(state)").path())
            .filter { $0.hasSuffix(".colophon") }.sorted()
    }

    /// Each work has one entry, and its record and the copy beside it verify.
    private func expectAllRegistered(
        _ works: [String], at ledger: LedgerProcess, before: Int
    ) async throws {
        let shop = ledger.shop
        #expect(try names("registered", in: shop).count == works.count)
        #expect(try names("pending", in: shop).isEmpty)
        #expect(try names("submitted", in: shop).isEmpty)
        #expect(try await ledger.size() == before + works.count)
        try await ledger.writeKit()
        let verdict = try await Program.run(
            "colophon", ["verify", "--trust", "trust", "--quiet"] + works, in: shop.folder)
        #expect(verdict.status == 0, "\(verdict.output)")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aLedgerThatIsKilledInTheMiddleGetsEachRecordOnce() async throws {
        let (ledger, works) = try await makeSpool(Self.count)
        let before = try #require(try await ledger.size())
        // Slow enough that it is in the middle for seconds.
        let network = try await BadNetwork(to: ledger.address, "--rate", "64k")
        let sync = try RunningProgram(
            "colophon", ["spool", "sync", "outbox", "--json", "--ledger", network.address],
            in: ledger.shop.folder)
        try await eventually("it has sent something, or ended") {
            try names("pending", in: ledger.shop).count < Self.count || !sync.isRunning
        }
        try await ledger.crash()
        let left = try names("pending", in: ledger.shop) + names("submitted", in: ledger.shop)
        #expect(!left.isEmpty, "the ledger was killed in the middle")
        try await ledger.start(port: try #require(URL(string: ledger.address)?.port))
        // On a busy machine the ledger may be back after its last try.
        let synced = try await sync.end()
        #expect([0, 3].contains(synced.status), "\(synced.words)")
        let last = try await ledger.shop.colophon("spool", "sync", "outbox")
        #expect(last.status == 0, "\(last.words)")
        try await expectAllRegistered(works, at: ledger, before: before)
        _ = try await network.end()
    }

    /// Another of them is killed as soon as it has achieved something, until one comes to its end.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aSyncThatIsKilledAgainAndAgainIsFinishedByTheNext() async throws {
        let (ledger, works) = try await makeSpool(Self.count)
        let shop = ledger.shop
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(to: ledger.address, "--rate", "64k")
        var kills = 0
        for _ in 0..<8 {
            let left = try names("pending", in: shop).count
            guard left > 0 else { break }
            let sync = try RunningProgram(
                "colophon", ["spool", "sync", "outbox", "--ledger", network.address],
                in: shop.folder)
            try await eventually("it has sent something, or ended") {
                try names("pending", in: shop).count < left || !sync.isRunning
            }
            _ = try await sync.end(by: SIGKILL)
            let open = try names("pending", in: shop) + names("submitted", in: shop)
            if !open.isEmpty { kills += 1 }
        }
        _ = try await network.end()
        #expect(kills > 0, "one was killed before its end")
        let last = try await shop.colophon("spool", "sync", "outbox", "--json")
        #expect(last.status == 0, "\(last.words)")
        try await expectAllRegistered(works, at: ledger, before: before)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatIsRefusedForAnUnknownKeyGoesOnceTheKeyIsAdded() async throws {
        let (ledger, works) = try await makeSpool(3, knowing: false)
        let shop = ledger.shop
        let refused = try await shop.colophon("spool", "sync", "outbox")
        #expect(refused.status == 1)
        #expect(refused.words.contains("0 registered, 3 refused, 0 waiting"), "\(refused.words)")
        #expect(refused.words.contains("--retry-refused"), "\(refused.words)")
        #expect(try names("refused", in: shop).count == 3)
        let again = try await shop.colophon("spool", "sync", "outbox")
        #expect(again.status == 1)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let before = try #require(try await ledger.size())
        let retried = try await shop.colophon("spool", "sync", "outbox", "--retry-refused")
        #expect(retried.status == 0, "\(retried.words)")
        try await expectAllRegistered(works, at: ledger, before: before)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func withoutALedgerEverythingWaitsAndThatIsKept() async throws {
        let (ledger, works) = try await makeSpool(2)
        let shop = ledger.shop
        let before = try #require(try await ledger.size())
        let address = ledger.address
        #expect(try await ledger.stop() == 0)
        let away = try await shop.colophon("spool", "sync", "outbox", "--json")
        #expect(away.status == 3)
        let last = try #require(away.words.split(separator: "\n").last)
        let sum = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        #expect(sum?["waiting"] as? Int == 2 && sum?["registered"] as? Int == 0, "\(last)")
        let status = try await shop.colophon("spool", "status", "outbox", "--json")
        let trouble = status.objects.first?["trouble"] as? [String: Any]
        #expect((trouble?["words"] as? String)?.contains("cannot be reached") == true)
        let port: Int = try #require(address.split(separator: ":").last.flatMap { Int($0) })
        try await ledger.start(port: port)
        let back = try await shop.colophon("spool", "sync", "outbox")
        #expect(back.status == 0, "\(back.words)")
        try await expectAllRegistered(works, at: ledger, before: before)
    }

    /// The service: it sends what is signed while it runs, tells a second one that it is there, and
    /// ends well.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aSyncThatFollowsSendsWhatIsSignedLaterAndEndsWell() async throws {
        let (ledger, works) = try await makeSpool(1)
        let shop = ledger.shop
        let before = try #require(try await ledger.size())
        let sync = try RunningProgram(
            "colophon", ["spool", "sync", "outbox", "--follow"], in: shop.folder)
        try await eventually("the first is registered") {
            try names("registered", in: shop).count == 1
        }
        let second = try await shop.colophon("spool", "sync", "outbox")
        #expect(second.status == 3)
        #expect(second.words.contains("is in use"), "\(second.words)")
        try shop.write("later", to: "later.txt")
        let signed = try await shop.colophon(
            "sign", "--spool", "outbox", "--creator", "Ana", "--title", "T", "later.txt")
        try #require(signed.status == 0, "\(signed.words)")
        try await eventually("the second is registered") {
            try names("registered", in: shop).count == 2
        }
        let ended = try await sync.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        try await expectAllRegistered(works + ["later.txt"], at: ledger, before: before)
    }
}
