import Foundation
import TestSupport
import Testing

/// `refresh --complete --copy`: who holds a copy needs no ledger.
@Suite struct CopiedRefreshCommandTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    /// A ledger whose index head covers two works, a mirror of it, and no ledger any more.
    init() async throws {
        ledger = try await .indexing()
        shop = ledger.shop
        for name in ["photo.jpg", "print.jpg"] { try await ledger.register(name) }
        for name in ["photo.jpg", "print.jpg"] { try await ledger.cover(name) }
        let copied = try await shop.colophon(
            "mirror", "--trust", "trust", "--ledger", ledger.address, "--to", "copy")
        try #require(copied.status == 0, "\(copied.words)")
        try await ledger.crash()
    }

    private func refresh(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["refresh", "--complete", "--trust", "trust", "--copy", "copy"] + arguments,
            in: shop.folder)
    }

    private func receiptCount() async throws -> Int {
        (try await shop.show("photo.jpg.colophon")["receipts"] as? [Any])?.count ?? 0
    }

    @Test func recordsGetTheirProofsAndTheLedgerIsGone() async throws {
        let receipts = try await receiptCount()
        let records = ["photo.jpg.colophon", "print.jpg.colophon"]
        let first = try await refresh(records[0], records[1], "--json", "--cache", "keys")
        #expect(first.status == 0, "\(first.output)\(first.words)")
        let refreshed = first.objects.filter { $0["status"] as? String == "refreshed" }
        #expect(refreshed.count == 2, "\(first.output)")
        let sizes = Set(refreshed.compactMap { $0["complete"] as? Int })
        #expect(sizes.count == 1, "\(first.output)")
        for name in ["photo.jpg", "print.jpg"] {
            let verdict = try await shop.colophon(
                "verify", name, "--trust", "trust", "--require-complete", "artifact,sub", "--json")
            #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
            let proofs = verdict.objects.first?["complete"] as? [[String: Any]]
            #expect(Set(proofs?.compactMap { $0["size"] as? Int } ?? []) == sizes)
        }
        #expect(try await receiptCount() == receipts && receipts > 0)
        // With keys that are kept, and without: there is nothing newer.
        for more in [["--cache", "keys"], []] {
            let again = try await Program.run(
                "colophon",
                ["refresh", "--complete", "--trust", "trust", "--copy", "copy"] + records + more,
                in: shop.folder)
            #expect(again.status == 0, "\(again.words)")
            #expect(again.words.contains("0 refreshed, 2 unchanged"), "\(again.words)")
        }
    }

    @Test func aRecordThatWasNeverRegisteredIsNamed() async throws {
        try shop.write("pixels of none", to: "none.jpg")
        try await shop.signWork("none.jpg")
        let before = try shop.bytes("none.jpg.colophon")
        let mixed = try await refresh("none.jpg.colophon", "photo.jpg.colophon")
        #expect(mixed.status == 1, "\(mixed.words)")
        #expect(
            mixed.words.contains("none.jpg.colophon: has no receipt that the kit proves"),
            "\(mixed.words)")
        #expect(mixed.words.contains("1 refreshed, 0 unchanged, 1 failed"), "\(mixed.words)")
        #expect(try shop.bytes("none.jpg.colophon") == before)
    }

    @Test func aCopyThatProvesNothingLeavesTheRecordAsItIs() async throws {
        let before = try shop.bytes("photo.jpg.colophon")
        try FileManager.default.removeItem(at: shop.url("copy/index"))
        let bare = try await refresh("photo.jpg.colophon")
        #expect(bare.status == 3 && bare.output.isEmpty, "\(bare.output)\(bare.words)")
        #expect(bare.words.contains("copy: has no index head, by which alone a list is complete"))
        #expect(try shop.bytes("photo.jpg.colophon") == before)
    }

    @Test func whatDoesNotGoTogetherIsSaid() async throws {
        let record = "photo.jpg.colophon"
        for (arguments, said) in [
            ([record, "--trust", "trust", "--copy", "copy"], "--copy goes with --complete"),
            (
                [record, "--trust", "trust", "--complete", "--cache", "keys"],
                "--cache keeps the keys of a copy"
            ),
            (
                [
                    record, "--trust", "trust", "--complete", "--copy", "copy", "--ledger",
                    "https://ledger.example/prints",
                ], "--copy DIR and --ledger exclude each other"
            ),
            ([record, "--complete", "--copy", "copy"], "--complete needs a trust kit"),
            ([record, "--trust", "trust", "--complete", "--copy", "absent"], "absent"),
        ] as [([String], String)] {
            let made = try await Program.run("colophon", ["refresh"] + arguments, in: shop.folder)
            #expect(made.status == 2 && made.words.contains(said), "\(made.words)")
        }
    }
}
