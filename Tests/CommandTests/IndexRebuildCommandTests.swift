import Foundation
import TestLedger
import TestSupport
import Testing

/// What `fsck` and a start say of damaged rows of index heads is the command that mends them.
@Suite struct IndexRebuildCommandTests {
    private static func run(_ arguments: String..., in shop: Workshop) async throws
        -> Program.Outcome
    {
        try await Program.run(
            "colophond", arguments + ["--data", "ledger"], in: shop.folder)
    }

    @Test func theCommandThatIsNamedMendsTheRows() async throws {
        let shop = try await Workshop()
        let ledger = try await LedgerProcess(in: shop, serve: ["--index-interval", "1s"])
        try await eventually("an index head is logged") { try await ledger.size() == 3 }
        #expect(try await ledger.stop() == 0)
        let right = try await Self.run("index", "rebuild", in: shop)
        #expect(right.status == 0, "\(right.words)")
        #expect(
            right.output == """
                rows of index heads, of which the log has 1: all are right
                the index is forgotten; the next start makes it of 3 entries

                """)
        let map = shop.url("ledger.index")
        try FileManager.default.createDirectory(at: map, withIntermediateDirectories: false)
        let kept = try await Self.run("index", "rebuild", in: shop)
        #expect(kept.status == 3, "\(kept.words)")
        #expect(kept.words.contains("no row was changed: move it away"), "\(kept.words)")
        try FileManager.default.removeItem(at: map)
        try rotTables(of: "indexHeads", in: shop.url("ledger").path())
        let found = try await Self.run("fsck", in: shop)
        #expect(found.status == 1, "\(found.output)\(found.words)")
        let named = found.output.split(separator: "\n").filter { $0.hasPrefix("indexHeads ") }
        #expect(!named.isEmpty && named.allSatisfy { $0.contains("colophond index rebuild") })
        let command = "colophond index rebuild --data ledger"
        #expect(found.words.contains("hint: stop it, then: \(command)"), "\(found.words)")
        let refused = try await Self.run("serve", "--listen", "127.0.0.1:0", in: shop)
        #expect(refused.status == 1, "\(refused.words)")
        #expect(refused.words.contains("the rows of index heads are damaged"), "\(refused.words)")
        #expect(refused.words.contains("hint: \(command)"), "\(refused.words)")
        let mended = try await Self.run("index", "rebuild", in: shop)
        #expect(mended.status == 0, "\(mended.words)")
        let change = "has 1: they were unreadable, or too many were wrong; all made anew\n"
        #expect(mended.output.contains(change), "\(mended.output)")
        let clean = try await Self.run("fsck", in: shop)
        #expect(clean.status == 0, "\(clean.output)\(clean.words)")
        try await ledger.start()
        #expect(try await ledger.size() == 3)
        #expect(try await ledger.stop() == 0)
    }
}
