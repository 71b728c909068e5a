import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `verify` vouches for a FILE only where the statement names it (verification.md §4).
@Suite struct RecordOnlyTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
    }

    private func verify(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify", "--trust", "trust"] + arguments, in: shop.folder)
    }

    /// A logged photograph and a logged milestone.
    private func sign() async throws {
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        try shop.write(Records.milestone, to: "milestone.json")
        let signed = try await shop.sign(
            "--type", "milestone", "--predicate", "milestone.json", "--trust", "trust")
        try #require(signed.status == 0, "\(signed.words)")
        let submitted = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "milestone.json.colophon")
        try #require(submitted.status == 0, "\(submitted.words)")
    }

    /// The attack: what anybody can fetch from the ledger, under the name of a file of theirs.
    @Test func aControlStatementVouchesForNoFileWhateverItIsCalled() async throws {
        let genesis = try String(contentsOf: shop.url("trust/genesis"), encoding: .utf8)
        let entry = genesis.trimmingCharacters(in: .newlines)
        let url = try #require(URL(string: "\(ledger.address)/entries/\(entry)/transparent"))
        let (record, _) = try await URLSession.shared.data(from: url)
        try record.write(to: shop.url("evil.deb.colophon"))
        try shop.write("evil", to: "evil.deb")
        for arguments in [["evil.deb"], ["evil.deb.colophon"], ["evil.deb", "evil.deb.colophon"]] {
            let verdict = try await Program.run(
                "colophon", ["verify", "--trust", "trust"] + arguments, in: shop.folder)
            #expect(verdict.status == 1, "\(verdict.output)")
            #expect(verdict.output.contains("--record-only"))
        }
        // By its own name where no work lies beside it: that does not ask for the record alone.
        try FileManager.default.removeItem(at: shop.url("evil.deb"))
        let bare = try await verify("evil.deb.colophon")
        #expect(bare.status == 1 && bare.output.contains("--record-only"), "\(bare.output)")
        let alone = try await verify("--record-only", "evil.deb.colophon")
        #expect(alone.status == 0, "\(alone.output)")
        #expect(alone.output.contains("record only: it is about no file"))
    }

    @Test func aRecordWithoutItsWorkIsVerifiedOnlyWhereItIsAskedAboutAlone() async throws {
        try await sign()
        #expect(try await verify("photo.jpg").status == 0)
        #expect(try await verify("photo.jpg.colophon").status == 0)
        try FileManager.default.moveItem(at: shop.url("photo.jpg"), to: shop.url("moved.jpg"))
        let bare = try await verify("photo.jpg.colophon", "--json")
        #expect(bare.status == 1)
        #expect(bare.objects.first?["ok"] as? Bool == false)
        #expect(bare.objects.first?["reached"] as? String == "logged")
        let words = try await verify("photo.jpg.colophon")
        #expect(words.output.contains("record only: the work was NOT checked"), "\(words.output)")
        #expect(words.output.contains("--record-only"))
        #expect(try await verify("--record-only", "photo.jpg.colophon").status == 0)
        #expect(try await verify("moved.jpg", "photo.jpg.colophon").status == 0)
    }

    @Test func aMilestoneIsAboutNoFile() async throws {
        try await sign()
        for arguments in [["milestone.json"], ["milestone.json.colophon"]] {
            let verdict = try await Program.run(
                "colophon", ["verify", "--trust", "trust"] + arguments, in: shop.folder)
            #expect(verdict.status == 1 && verdict.output.contains("--record-only"))
        }
        #expect(try await verify("--record-only", "milestone.json.colophon").status == 0)
    }

    /// What is not opened cannot be missing, forbidden or wrong.
    @Test func withTheFlagNoFileIsOpened() async throws {
        try await sign()
        try FileManager.default.removeItem(at: shop.url("photo.jpg"))
        try FileManager.default.createDirectory(
            at: shop.url("photo.jpg"), withIntermediateDirectories: false)
        for arguments in [
            ["photo.jpg"], ["photo.jpg.colophon"], ["photo.jpg", "photo.jpg.colophon"],
            ["nowhere.jpg", "photo.jpg.colophon"],
        ] {
            let verdict = try await Program.run(
                "colophon", ["verify", "--record-only", "--trust", "trust", "--json"] + arguments,
                in: shop.folder)
            #expect(verdict.status == 0, "\(arguments): \(verdict.words)")
            // The answer is about the record, and bears its name.
            #expect(verdict.objects.first?["file"] as? String == "photo.jpg.colophon")
        }
        #expect(try await verify("photo.jpg", "photo.jpg.colophon").status == 2)
    }
}
