import Foundation
import Testing
import TestSupport

/// Records get what their ledger has for them now (commands.md §5).
@Suite struct RefreshCommandTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    /// A ledger that knows Berlin, and a signed work.
    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("a photograph", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
    }

    @Test func aRecordIsCompletedOnceItIsRegistered() async throws {
        let early = try await ledger.colophon("refresh", "photo.jpg.colophon")
        #expect(early.status == 1, "\(early.words)")
        #expect(early.words.contains("is no entry of \(ledger.address)"), "\(early.words)")
        #expect(early.words.contains("colophon submit"), "\(early.words)")
        // The ledger has it, and the answer was lost.
        let bare = try shop.bytes("photo.jpg.colophon")
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        try Data(bare).write(to: shop.url("photo.jpg.colophon"))
        let late = try await ledger.colophon("refresh", "photo.jpg.colophon", "--json")
        #expect(late.status == 0, "\(late.words)")
        let object = try #require(late.objects.first)
        #expect(object["status"] as? String == "refreshed" && object["index"] as? Int == 3)
        let status = try await shop.colophon("status", "photo.jpg")
        #expect(status.status == 0, "\(status.output)")
        let again = try await ledger.colophon("refresh", "photo.jpg.colophon")
        #expect(again.output.contains(" unchanged 3\n"), "\(again.output)")
        #expect(again.words.contains("0 refreshed, 1 unchanged"), "\(again.words)")
    }

    @Test func aFolderIsRefreshedAndTheWorstDecides() async throws {
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        try FileManager.default.createDirectory(
            at: shop.url("shoot"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            at: shop.url("photo.jpg.colophon"), to: shop.url("shoot/a.jpg.colophon"))
        try shop.write("no record", to: "shoot/b.jpg.colophon")
        let mixed = try await ledger.colophon("refresh", "shoot")
        #expect(mixed.status == 2, "\(mixed.words)")
        #expect(mixed.words.contains("0 refreshed, 1 unchanged, 1 failed"), "\(mixed.words)")
        #expect(mixed.words.contains("shoot/b.jpg.colophon: damaged"), "\(mixed.words)")
    }

    @Test func aLedgerOutOfReachChangesNothing() async throws {
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        let bytes = try shop.bytes("photo.jpg.colophon")
        let failed = try await shop.colophon(
            "refresh", "photo.jpg.colophon", "--ledger", "http://127.0.0.1:1")
        #expect(failed.status == 3, "\(failed.words)")
        #expect(try shop.bytes("photo.jpg.colophon") == bytes)
    }

    @Test func aKitOfAnotherLedgerRefusesWhatThisOneGives() async throws {
        let other = try await LedgerProcess(in: Workshop())
        try await other.writeKit()
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        let refused = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--trust", other.shop.url("trust").path())
        #expect(refused.status == 1, "\(refused.words)")
        #expect(refused.words.contains("the trust kit does not prove it"), "\(refused.words)")
        #expect(refused.words.contains("colophon trust update"), "\(refused.words)")
    }

    @Test func untilWitnessedNeedsAKitThatNamesWitnesses() async throws {
        let none = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "--until", "witnessed")
        #expect(none.status == 2 && none.words.contains("--trust is missing"), "\(none.words)")
        try await ledger.writeKit()
        let lonely = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "--until", "witnessed", "--trust", "trust")
        #expect(lonely.status == 2, "\(lonely.words)")
        #expect(lonely.words.contains("asks for no witnesses (quorum none)"), "\(lonely.words)")
        let receipt = try await ledger.colophon(
            "submit", "photo.jpg.colophon", "--until", "witnessed", "--trust", "trust", "--stdout")
        #expect(receipt.status == 2, "\(receipt.words)")
        #expect(try await shop.colophon("status", "photo.jpg").output.contains("pending"))
    }
}
