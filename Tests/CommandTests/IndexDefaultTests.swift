import Foundation
import Provenance
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A new ledger makes index heads, unless it is told otherwise (index.md §11).
@Suite(.serialized) struct IndexDefaultTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    @Test func aLedgerThatIsToldNothingMakesHeads() async throws {
        let ledger = try await LedgerProcess(in: shop, serve: ["--index-interval", "1s"])
        let url = try #require(URL(string: "\(ledger.address)/index"))
        let bytes = try await eventually("there is an index head") { () -> Data? in
            let (bytes, answer) = try await URLSession.shared.data(from: url)
            return (answer as? HTTPURLResponse)?.statusCode == 200 ? bytes : nil
        }
        // It covers what the ledger began with.
        #expect(try TransparentIndexHead(Array(bytes)).head.size == 2)
        #expect(try await ledger.size() == 3)
        #expect(try await ledger.stop() == 0)
        let checked = try await Program.run(
            "colophond", ["fsck", "--data", "ledger", "--signatures"], in: shop.folder)
        #expect(checked.status == 0, "\(checked.words)")
    }

    /// What has an index can make it anew; what has none says which flag makes one.
    @Test func aLedgerThatIsMadeWithoutAnIndexHasNone() async throws {
        let made = try await shop.colophon("keygen", "--out", "admin.pem")
        try #require(made.status == 0, "\(made.words)")
        for (name, flags, status) in [
            ("with", [], 0), ("without", ["--index", "off"], 2), ("on", ["--index", "on"], 0),
        ] as [(String, [String], Int32)] {
            let made = try await Program.run(
                "colophond",
                [
                    "init", "--data", name, "--origin", LedgerProcess.origin, "--admin",
                    "admin.pub.pem",
                ] + flags, in: shop.folder)
            #expect(made.status == 0, "\(made.words)")
            let rebuilt = try await Program.run(
                "colophond", ["index", "rebuild", "--data", name], in: shop.folder)
            #expect(rebuilt.status == status, "\(name): \(rebuilt.words)")
            #expect(rebuilt.words.contains("serve --index on") == (status == 2), "\(name)")
        }
        let wrong = try await Program.run(
            "colophond",
            [
                "init", "--data", "wrong", "--origin", LedgerProcess.origin, "--admin",
                "admin.pub.pem", "--index", "maybe",
            ], in: shop.folder)
        #expect(wrong.status == 2 && wrong.words.contains("neither on nor off"))
        #expect(try !shop.exists("wrong"))
    }
}
