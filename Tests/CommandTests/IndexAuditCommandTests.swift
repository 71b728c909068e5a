import Foundation
import TestLog
import TestPeer
import TestSupport
import Testing

/// `audit` of a ledger whose index is wrong writes what convicts it, and `verify-misbehaviour`
/// judges it.
@Suite struct IndexAuditCommandTests {
    private let shop: Workshop
    private let ledger: IndexedLedger

    init() async throws {
        shop = try await Workshop()
        ledger = try IndexedLedger()
        ledger.leaveOut(5)
        try ledger.add(["photo", "print", "photo"])
        try ledger.addHead()
        try Data(ledger.kitFile()).write(to: shop.url("kit"))
    }

    private func audit(_ more: String...) async throws -> Program.Outcome {
        try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
            try await Program.run(
                "colophon",
                [
                    "audit", "--trust", "kit", "--state", "state", "--ledger",
                    "http://127.0.0.1:\(server.port)",
                ] + more, in: shop.folder)
        }
    }

    @Test func whatConvictsTheLedgerIsWrittenAndJudged() async throws {
        let found = try await audit()
        #expect(found.status == 1, "\(found.output)\(found.words)")
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.url("state").path())
        let file = try #require(
            names.first { $0.hasPrefix("index-6-") && $0.hasSuffix(".misbehaviour") },
            "\(found.output)")
        let command = "colophon verify-misbehaviour state/\(file) --trust KIT"
        #expect(found.output.contains(command), "\(found.output)")
        let judged = try await shop.colophon(
            "verify-misbehaviour", "state/\(file)", "--trust", "kit", "--json")
        #expect(judged.status == 0, "\(judged.output)\(judged.words)")
        let object = try #require(judged.objects.first)
        #expect(object["what"] as? String == "omission" && object["index"] as? Int == 5)
        // The next run does not write it again, and says where it is.
        let json = try #require(try await audit("--json").objects.first)
        let shown = try #require((json["misbehaviour"] as? [[String: Any]])?.first)
        #expect(shown["entry"] as? Int == 6 && shown["file"] as? String == "state/\(file)")
    }

    /// A copy has no proofs of the ledger: the finding stays, and the report says so.
    @Test func aCopySaysThatItCannotShowAWrongMap() async throws {
        let copied = try await StubServer.run(answering: { ledger.answer(to: $0) }) { server in
            try await shop.colophon(
                "mirror", "--trust", "kit", "--to", "copy", "--ledger",
                "http://127.0.0.1:\(server.port)")
        }
        #expect(copied.output.contains("copy: tree size 0 to 7"), "\(copied.output)")
        let found = try await shop.colophon(
            "audit", "--trust", "kit", "--state", "state", "--from", "copy", "--json")
        #expect(found.status == 1, "\(found.output)\(found.words)")
        let object = try #require(found.objects.first)
        #expect((object["misbehaviour"] as? [Any])?.isEmpty == true)
        let unchecked = try #require(object["unchecked"] as? [String])
        #expect(
            unchecked.contains { $0.contains("only the ledger's own proofs show it") },
            "\(unchecked)")
        // Nor does it prove by that head.
        let made = try await shop.colophon(
            "complete", "--sha256", String(repeating: "ab", count: 32), "--trust", "kit", "--copy",
            "copy")
        #expect(made.status == 1 && made.output.isEmpty, "\(made.output)\(made.words)")
        #expect(made.words.contains("says the map"), "\(made.words)")
    }
}
