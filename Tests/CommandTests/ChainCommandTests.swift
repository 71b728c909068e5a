import Foundation
import TestSupport
import Testing

/// `colophon chain check`, against a ledger and the spools that signed.
@Suite struct ChainCommandTests {
    private let ledger: LedgerProcess
    private let shop: Workshop

    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
        try await shop.makeSpool(at: ledger.address)
    }

    private func seal(_ works: [String], in spool: String = "outbox") async throws {
        for work in works {
            try shop.write("\(spool) \(work)", to: "\(spool)-\(work)")
            let sealed = try await shop.colophon(
                "sign", "--spool", spool, "\(spool)-\(work)", "--creator", "Ana", "--title", work)
            try #require(sealed.status == 0, "\(sealed.words)")
        }
    }

    private func sync(_ spool: String = "outbox") async throws {
        let sent = try await shop.colophon("spool", "sync", spool)
        try #require(sent.status == 0, "\(sent.words)")
    }

    private func check(_ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            [
                "chain", "check", "--issuer", Workshop.berlin, "--ledger", ledger.address,
                "--trust", "trust", "--json",
            ] + more, in: shop.folder)
    }

    @Test func allThatWasSentIsThereOnce() async throws {
        try await seal(["a", "b", "c"])
        try await sync()
        let found = try await check()
        #expect(found.status == 0, "\(found.words)")
        let chain = try #require(found.objects.first)
        #expect(chain["whole"] as? Bool == true)
        #expect(chain["highest"] as? Int == 2)
        let text = try await shop.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--ledger", ledger.address, "--trust",
            "trust")
        #expect(text.output.contains("3 statements, numbers 0 to 2: whole"), "\(text.output)")
        #expect(text.words.contains("none is left out: every entry was read"), "\(text.words)")
        let widths = (text.output + text.words).split(separator: "\n").map(\.count)
        #expect(widths.max() ?? 0 <= 80, "\(text.words)")
    }

    @Test func aRecordThatWasTakenAwayIsAGapWithItsName() async throws {
        try await seal(["a", "b", "c", "d"])
        let lost = try await shop.colophon("show", "outbox-b.colophon", "--json")
        let entry = try #require(lost.objects.first?["entry"] as? String)
        try FileManager.default.removeItem(
            at: shop.url("outbox/pending/0000000001-outbox-b.colophon"))
        try await sync()
        let found = try await check()
        #expect(found.status == 1, "\(found.words)")
        let missing = try #require(found.objects.first?["missing"] as? [[String: Any]])
        #expect(missing.map { $0["first"] as? Int } == [1])
        #expect(missing.map { $0["entry"] as? String } == [entry])
    }

    /// What waits is no gap, and the newest is missed where the spool knows of it.
    @Test func theSpoolKnowsWhatWaitsAndWhatIsTheNewest() async throws {
        try await seal(["a", "b"])
        try await sync()
        try await seal(["c", "d"])
        let waiting = try await check("--spool", "outbox")
        #expect(waiting.status == 0, "\(waiting.words)")
        let runs = try #require(waiting.objects.first?["waiting"] as? [[String: Any]])
        #expect(runs.map { $0["first"] as? Int } == [2])
        #expect(runs.map { $0["last"] as? Int } == [3])
        try FileManager.default.removeItem(
            at: shop.url("outbox/pending/0000000003-outbox-d.colophon"))
        #expect(try await check().status == 0)
        let lost = try await shop.colophon("chain", "check", "--spool", "outbox", "--json")
        #expect(lost.status == 1, "\(lost.words)")
        let missing = try #require(lost.objects.first?["missing"] as? [[String: Any]])
        #expect(missing.map { $0["first"] as? Int } == [3])
    }

    /// A copy of a spool that signs on gives each number a second time.
    @Test func aClonedSpoolIsNamedWithBothEntries() async throws {
        try await seal(["a", "b"])
        try FileManager.default.copyItem(at: shop.url("outbox"), to: shop.url("clone"))
        let adopted = try await shop.colophon("spool", "adopt", "clone", "--moved")
        try #require(adopted.status == 0, "\(adopted.words)")
        try await seal(["c"])
        try await seal(["c"], in: "clone")
        try await sync()
        try await sync("clone")
        let found = try await check()
        #expect(found.status == 1, "\(found.words)")
        let doubled = try #require(found.objects.first?["doubled"] as? [[String: Any]])
        #expect(doubled.map { $0["number"] as? Int } == [2])
        let entries = try #require(doubled.first?["entries"] as? [[String: Any]])
        #expect(Set(entries.compactMap { $0["entry"] as? String }).count == 2)
        #expect(found.objects.first?["missing"] as? [Int] == [])
    }

    @Test func withoutANumberNobodyCanTell() async throws {
        try shop.write("x", to: "plain")
        try await shop.signWork("plain")
        let sent = try await shop.colophon("submit", "plain.colophon", "--ledger", ledger.address)
        try #require(sent.status == 0, "\(sent.words)")
        let found = try await check()
        #expect(found.status == 3, "\(found.words)")
        #expect(found.output.isEmpty)
    }

    @Test func aLedgerThatIsAwayIsNoAnswer() async throws {
        try await seal(["a"])
        try await sync()
        _ = try await ledger.stop()
        #expect(try await check().status == 3)
    }

    // MARK: - With an audit

    private func audit() async throws {
        let found = try await shop.colophon(
            "audit", "--ledger", ledger.address, "--trust", "trust", "--state", "audited")
        try #require(found.status == 0 || found.status == 1, "\(found.words)")
    }

    /// The ledger need not be there any more.
    @Test func anAuditAnswersWithoutTheLedger() async throws {
        try await seal(["a", "b", "c"])
        try await sync()
        try await audit()
        _ = try await ledger.stop()
        let found = try await shop.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--audit", "audited", "--json")
        #expect(found.status == 0, "\(found.words)")
        let chain = try #require(found.objects.first)
        #expect(chain["whole"] as? Bool == true)
        #expect(chain["highest"] as? Int == 2)
        let text = try await shop.colophon(
            "chain", "check", "--spool", "outbox", "--audit", "audited")
        #expect(text.status == 0, "\(text.words)")
        #expect(text.output.contains("3 statements, numbers 0 to 2: whole"), "\(text.output)")
        #expect(text.words.contains("has read every entry"), "\(text.words)")
        #expect(!text.words.contains("the ledger's word"), "\(text.words)")
        let widths = (text.output + text.words).split(separator: "\n").map(\.count)
        #expect(widths.max() ?? 0 <= 80, "\(text.words)")
    }

    @Test func whatIsNewerThanTheAuditIsNoGap() async throws {
        try await seal(["a", "b"])
        try await sync()
        try await audit()
        try await seal(["c"])
        try await sync()
        let found = try await shop.colophon(
            "chain", "check", "--spool", "outbox", "--audit", "audited", "--json")
        #expect(found.status == 0, "\(found.words)")
        let waiting = try #require(found.objects.first?["waiting"] as? [[String: Any]])
        #expect(waiting.map { $0["first"] as? Int } == [2])
        #expect(found.objects.first?["withheld"] as? [Int] == [])
        try await audit()
        let newer = try await shop.colophon(
            "chain", "check", "--spool", "outbox", "--audit", "audited", "--json")
        #expect(newer.objects.first?["highest"] as? Int == 2, "\(newer.words)")
    }

    @Test func aGapIsFoundInAnAuditToo() async throws {
        try await seal(["a", "b", "c", "d"])
        try FileManager.default.removeItem(
            at: shop.url("outbox/pending/0000000001-outbox-b.colophon"))
        try await sync()
        try await audit()
        let found = try await shop.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--audit", "audited", "--json")
        #expect(found.status == 1, "\(found.words)")
        let missing = try #require(found.objects.first?["missing"] as? [[String: Any]])
        #expect(missing.map { $0["first"] as? Int } == [1])
    }

    @Test func anAuditIsAskedAloneAndMustBeThere() async throws {
        let both = try await check("--audit", "audited")
        #expect(both.status == 2, "\(both.words)")
        let none = try await shop.colophon(
            "chain", "check", "--issuer", Workshop.berlin, "--audit", "audited")
        #expect(none.status == 2, "\(none.words)")
        #expect(none.words.contains("audited"), "\(none.words)")
        #expect(none.words.contains("colophon audit"), "\(none.words)")
    }
}
