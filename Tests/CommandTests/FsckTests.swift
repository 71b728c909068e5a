import Foundation
import TestLedger
import Testing
import TestSupport

/// `colophond fsck` as whoever runs it sees it.
@Suite(.serialized) struct FsckTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    private func fsck(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophond", ["fsck", "--data", "ledger"] + arguments, in: shop.folder)
    }

    private func ledger() async throws -> LedgerProcess {
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        let sent = try await ledger.colophon("submit", "photo.jpg.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        return ledger
    }

    @Test func aLedgerIsCheckedWhileItServesAndAfterwards() async throws {
        let ledger = try await ledger()
        for isServing in [true, false] {
            if !isServing { #expect(try await ledger.stop() == 0) }
            let checked = try await fsck("--signatures")
            #expect(checked.status == 0, "\(checked.words)")
            #expect(checked.output.isEmpty)
            #expect(checked.words.contains("checked 4 entries"))
            #expect(checked.words.contains("nothing is wrong"))
            let report = try #require(try await fsck("--json", "--quiet").objects.first)
            #expect(report["size"] as? Int == 4)
            #expect(report["findingCount"] as? Int == 0)
            let families = try #require(report["families"] as? [[String: Any]])
            let rows = families.map { "\($0["family"] ?? ""):\($0["rows"] ?? "")" }
            #expect(rows.contains("entries:4") && rows.contains("manifests:1"), "\(rows)")
        }
        // A backup has neither keys nor high-water file.
        try FileManager.default.removeItem(at: shop.url("ledger.keys"))
        try FileManager.default.removeItem(at: shop.url("ledger.highwater"))
        #expect(try await fsck("--quiet").words == "")
    }

    @Test func damageIsNamedAndEndsWithOne() async throws {
        let ledger = try await ledger()
        #expect(try await ledger.stop() == 0)
        // Opening moves what is in the log to tables.
        try await ledger.start()
        #expect(try await ledger.stop() == 0)
        try rotTables(in: shop.url("ledger").path()) { _ in 12 }
        let checked = try await fsck()
        #expect(checked.status == 1, "\(checked.words)")
        #expect(checked.output.contains("entries first..<"), "\(checked.output)")
        #expect(checked.output.contains("[unreadable]"))
        #expect(checked.words.contains("findings"))
        #expect(try await fsck("--quiet").words.isEmpty)
        let report = try #require(try await fsck("--json").objects.first)
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["family"] as? String == "entries" })
        #expect(Set(findings.first?.keys.map { $0 } ?? []) == ["family", "key", "rule", "detail"])
    }

    @Test func whatCannotBeReadOrAskedHasItsOwnExitCode() async throws {
        let missing = try await fsck()
        #expect(missing.status == 2)
        #expect(missing.words.contains("ledger: there is no ledger in this folder"))
        #expect(try await fsck("--unknown").status == 2)
        let ledger = try await ledger()
        try FileManager.default.removeItem(at: shop.url("ledger.control"))
        let locked = try await fsck()
        #expect(locked.status == 3, "\(locked.words)")
        #expect(locked.words.contains("another process has this ledger open"))
        #expect(try await ledger.stop() == 0)
        try shop.write("", to: "ledger/CURRENT")
        #expect(try await fsck().status == 2)
    }
}
