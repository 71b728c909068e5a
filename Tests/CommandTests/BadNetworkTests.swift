import Foundation
import TestSupport
import Testing

/// A PoP's spool and a ledger, with a bad network between them: each record arrives once.
@Suite(.serialized, .enabled(if: Program.isInstalled("python3"), "needs python3"))
struct BadNetworkTests {
    private let ledger: LedgerProcess
    private let shop: Workshop

    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
    }

    /// Makes the folder `spool`, whose ledger is at an address, and seals works into it.
    private func makeSpool(_ count: Int, for address: String) async throws {
        try await shop.makeSpool("spool", at: address)
        try FileManager.default.createDirectory(
            at: shop.url("works"), withIntermediateDirectories: true)
        for number in 0..<count { try shop.write("work \(number)", to: "works/\(number).txt") }
        let signed = try await shop.colophon(
            "sign", "--spool", "spool", "--creator", "Ana Example", "--title", "Estuary", "works")
        try #require(signed.status == 0, "\(signed.words)")
        #expect(try records("pending") == count)
    }

    /// The number of records in one of the spool's folders.
    private func records(_ folder: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: shop.url("spool/\(folder)").path())
            .count { $0.hasSuffix(".colophon") }
    }

    /// Runs `spool sync` until it has nothing more to do, and returns how it ended; a line that is
    /// cut now and then lets each of a few runs come further.
    private func syncToTheEnd() async throws -> Program.Outcome {
        var synced = try await shop.colophon("spool", "sync", "spool")
        for _ in 0..<Self.runs where synced.status == 3 {
            synced = try await shop.colophon("spool", "sync", "spool")
        }
        return synced
    }

    /// Runs of a sync at the most: each gives up after five failures in a row.
    private static let runs = 20

    /// Each work is in the log once, has its receipt in the spool and beside the work, and its
    /// number is there once.
    private func expectEachOnce(_ count: Int, before: Int) async throws {
        #expect(try await ledger.size() == before + count)
        #expect(try records("registered") == count)
        for folder in ["pending", "submitted", "refused"] { #expect(try records(folder) == 0) }
        try await ledger.writeKit()
        let verdict = try await shop.colophon("verify", "works", "--trust", "trust", "--quiet")
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
        let chain = try await ledger.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--trust", "trust")
        #expect(chain.status == 0, "\(chain.output)\(chain.words)")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func sixtyRecordsArriveOnceEachOverALineThatIsCutAgainAndAgain() async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(
            to: ledger.address, "--rate", "256k", "--delay", "200ms", "--cut-every", "1s-2s",
            "--cut-at-byte", "2000,5000,9000,14000")
        try await makeSpool(60, for: network.address)
        let start = ContinuousClock.now
        let synced = try await syncToTheEnd()
        #expect(synced.status == 0, "\(synced.words)")
        let time = ContinuousClock.now - start
        let stats = try await network.end()
        print("60 records: \(stats), \(time)")
        #expect(stats.cuts >= 3, "\(stats)")
        try await expectEachOnce(60, before: before)
    }

    /// On this line, cut at two bytes, no more can be sent twice than was under way.
    ///
    /// All bytes that a client sends count: heads of requests, questions, what was sent twice.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aRecordCostsLessThanItsStatementAndManifest() async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(
            to: ledger.address, "--rate", "256k", "--delay", "200ms",
            "--cut-at-byte", "4000,9000")
        try await makeSpool(60, for: network.address)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shop.url("spool/pending").path())
        let plain = try names.reduce(0) { try $0 + shop.bytes("spool/pending/\($1)").count }
        let synced = try await syncToTheEnd()
        #expect(synced.status == 0, "\(synced.words)")
        let stats = try await network.end()
        print(
            "a record: \(stats.bytesUp / 60) bytes up of \(plain / 60), "
                + "\(stats.bytesDown / 60) down"
        )
        #expect(stats.cuts == 2, "\(stats)")
        #expect(Double(stats.bytesUp) <= 0.8 * Double(plain), "\(stats.bytesUp) of \(plain)")
        try await expectEachOnce(60, before: before)
    }

    /// The bytes at which it is cut are those of all connections together.
    @Test(
        .timeLimit(.minutes(Patience.minutes)),
        arguments: [
            ("up", "0,1,200,500,1100,1900,2900"), ("down", "0,1,150,400,900,1500,2200"),
        ])
    func aCutAtAnyByteLosesNothingAndEntersNothingTwice(
        direction: String, bytes: String
    ) async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(
            to: ledger.address, "--cut-at-byte", bytes, "--direction", direction)
        try await makeSpool(5, for: network.address)
        let synced = try await syncToTheEnd()
        #expect(synced.status == 0, "\(synced.words)")
        let stats = try await network.end()
        #expect(stats.cuts >= 4, "\(stats)")
        try await expectEachOnce(5, before: before)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aCaptivePortalIsToldAndNothingIsLost() async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(to: ledger.address, "--captive")
        try await makeSpool(3, for: network.address)
        let kept = try await shop.colophon("spool", "sync", "spool")
        #expect(kept.status == 3, "\(kept.words)")
        #expect(kept.words.contains("not a ledger's answer"), "\(kept.words)")
        #expect(try records("pending") + records("submitted") == 3)
        #expect(try await ledger.size() == before)
        try await network.heal()
        #expect(try await syncToTheEnd().status == 0)
        try await expectEachOnce(3, before: before)
    }

    /// Nobody answers: the sync waits, can be stopped, and the records stay.
    @Test(
        .timeLimit(.minutes(Patience.minutes)),
        arguments: [["--half-open"], ["--silent-after", "0"]])
    func aPeerThatFallsSilentLosesNothing(flags: [String]) async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(to: ledger.address, flags)
        try await makeSpool(3, for: network.address)
        let syncing = try RunningProgram(
            "colophon", ["spool", "sync", "spool"], in: shop.folder)
        try await network.says("silent: connection 1")
        let stopped = try await syncing.end(by: SIGTERM)
        #expect(stopped.status == 3, "\(stopped.words)")
        #expect(try records("registered") == 0)
        #expect(try records("pending") + records("submitted") == 3)
        try await network.heal()
        #expect(try await syncToTheEnd().status == 0)
        try await expectEachOnce(3, before: before)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aBlackoutIsWaitedFor() async throws {
        let before = try #require(try await ledger.size())
        let network = try await BadNetwork(to: ledger.address, "--blackout", "2s@0s")
        try await makeSpool(3, for: network.address)
        let synced = try await shop.colophon("spool", "sync", "spool")
        #expect(synced.status == 0, "\(synced.words)")
        #expect(try await network.end().cuts == 0)
        try await expectEachOnce(3, before: before)
    }

    /// The proxy's own checks: its rate, its delay, its cuts.
    @Test func theBadNetworkIsAsBadAsItSays() async throws {
        let checked = try await Program.run(
            "python3", [BadNetwork.tools.appending(path: "badnet.d/check.py").path()])
        #expect(checked.status == 0, "\(checked.output)\(checked.words)")
        #expect(checked.output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 12)
    }
}
