import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Backup, export and restore as an operator does them, with a ledger that is served meanwhile.
@Suite(.serialized) struct CopyTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    private func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(at: shop.url(from), to: shop.url(to))
    }

    @Test func anOldBackupIsServedAndSignsOnlyAfterTheExportIsBack() async throws {
        let ledger = try await LedgerProcess(in: shop)
        for name in ["lagos", "quito"] {
            let made = try await shop.colophon("keygen", "--out", "\(name).pem")
            try #require(made.status == 0, "\(made.words)")
        }
        try await ledger.add("berlin", issuer: "https://pops.example/berlin")
        let taken = try await colophond("backup", "--data", "ledger", "--to", "backups")
        #expect(taken.status == 0, "\(taken.words)")
        #expect(taken.output.hasPrefix("backup 1: 3 entries, "))
        try await ledger.add("lagos", issuer: "https://pops.example/lagos")
        let exported = try await colophond(
            "export", "--data", "ledger", "--out", "export", "--json")
        #expect(exported.status == 0, "\(exported.words)")
        #expect(exported.objects.first?["size"] as? Int == 4)

        // Nobody restores under a server's feet, nor over what is there.
        let busy = try await colophond("restore", "--data", "ledger")
        #expect(busy.status == 3)
        #expect(busy.words.contains("another process has this ledger open"))
        let over = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(over.status == 2)
        #expect(try await ledger.stop() == 0)

        try move("ledger", "lost")
        let old = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(old.status == 1)
        #expect(old.words.contains("restored backup 1 to ledger: 3 entries"))
        #expect(old.words.contains("entry 3 is missing"))
        try await ledger.start()
        #expect(try await ledger.size() == 3)
        let ready = try #require(URL(string: "\(ledger.address)/readyz"))
        let (body, answer) = try await URLSession.shared.data(from: ready)
        #expect((answer as? HTTPURLResponse)?.statusCode == 503)
        #expect(String(decoding: body, as: UTF8.self).contains("entry 3 is missing"))
        let refused = try await ledger.colophon(
            "key", "add", "--admin", "admin.pem", "--key", "lagos.pub.pem", "--issuer",
            "https://pops.example/lagos", "--role", "pop", "--origin", LedgerProcess.origin)
        #expect(refused.status == 3, "\(refused.words)")
        #expect(try await ledger.stop() == 0)

        let back = try await colophond("restore", "--data", "ledger", "--entries-from", "export")
        #expect(back.status == 0, "\(back.words)")
        #expect(back.words.contains("put back entry 3 from export"))
        #expect(back.output.contains("4 entries, complete: it may sign"))
        try await ledger.start()
        try await ledger.add("quito", issuer: "https://pops.example/quito")
        #expect(try await ledger.size() == 5)
        let again = try await colophond(
            "backup", "--data", "ledger", "--to", "backups", "--keep", "1")
        #expect(again.output.contains(", 1 backup in backups"), "\(again.words)")
        #expect(try await ledger.stop() == 0)
        // And with no server, by the command itself.
        let alone = try await colophond("export", "--data", "ledger", "--out", "export")
        #expect(alone.output.contains("exported 5 entries"), "\(alone.words)")
    }

    /// The server is killed while it copies, at some moment; whoever asked is told, and the next
    /// copies go on from what is there and are whole.
    @Test func aServerKilledWhileItCopiesLeavesCopiesThatGoOn() async throws {
        let ledger = try await LedgerProcess(in: shop)
        let first = try await colophond("backup", "--data", "ledger", "--to", "backups")
        #expect(first.status == 0, "\(first.words)")
        for round in 0..<8 {
            let name = "pop\(round)"
            let made = try await shop.colophon("keygen", "--out", "\(name).pem")
            try #require(made.status == 0, "\(made.words)")
            try await ledger.add(name, issuer: "https://pops.example/\(name)")
            async let backup = colophond("backup", "--data", "ledger", "--to", "backups")
            async let export = colophond("export", "--data", "ledger", "--out", "export")
            try await pause(atLeast: .milliseconds(Int.random(in: 0..<120)))
            try await ledger.crash()
            // Whoever had not reached the server yet opens the folder itself, one at a time.
            for outcome in try await [backup, export] {
                #expect([0, 3].contains(outcome.status), "\(outcome.words)")
                #expect(outcome.status == 0 || outcome.words.hasPrefix("colophond: "))
            }
            try await ledger.start()
        }
        let last = try await colophond("backup", "--data", "ledger", "--to", "backups")
        #expect(last.status == 0, "\(last.words)")
        let exported = try await colophond("export", "--data", "ledger", "--out", "export")
        #expect(exported.output.contains("exported 10 entries"), "\(exported.words)")
        #expect(try await ledger.stop() == 0)

        // The newest backup is whole.
        try move("ledger", "lost")
        let newest = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(newest.status == 0, "\(newest.words)")
        #expect(try await colophond("fsck", "--data", "ledger", "--signatures").status == 0)
        // From the oldest, the export brings back all that came since.
        try move("ledger", "whole")
        let oldest = try await colophond(
            "restore", "--from", "backups", "--backup", "1", "--data", "ledger")
        #expect(oldest.status == 1, "\(oldest.words)")
        let back = try await colophond("restore", "--data", "ledger", "--entries-from", "export")
        #expect(back.output.contains("10 entries, complete: it may sign"), "\(back.words)")
        #expect(try await colophond("fsck", "--data", "ledger", "--signatures").status == 0)
    }

    @Test func aLostHighWaterFileAsksForACheckpoint() async throws {
        let ledger = try await LedgerProcess(in: shop)
        _ = try await colophond("backup", "--data", "ledger", "--to", "backups")
        try await ledger.add("berlin", issuer: "https://pops.example/berlin")
        _ = try await colophond("export", "--data", "ledger", "--out", "export")
        #expect(try await ledger.stop() == 0)
        try move("ledger", "lost")
        try move("ledger.highwater", "lost.highwater")
        let asked = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(asked.status == 1)
        #expect(asked.words.contains("--highwater-lost --checkpoint FILE"), "\(asked.words)")
        let unserved = try await colophond("serve", "--data", "ledger", "--listen", "127.0.0.1:0")
        #expect(unserved.status == 2)
        let alone = try await colophond("restore", "--data", "ledger", "--highwater-lost")
        #expect(alone.status == 2)
        let named = try await colophond(
            "restore", "--data", "ledger", "--highwater-lost", "--checkpoint", "export/checkpoint")
        #expect(named.status == 1)
        #expect(named.words.contains("entry 2 is missing"), "\(named.words)")
        let back = try await colophond("restore", "--data", "ledger", "--entries-from", "export")
        #expect(back.status == 0, "\(back.words)")
    }

    @Test func wrongUseIsSaidInOneLine() async throws {
        for arguments in [
            ["backup", "--data", "ledger"], ["export", "--data", "ledger"],
            ["backup", "--data", "ledger", "--to", "b", "--keep", "0"],
            ["restore", "--data", "ledger", "--backup", "1"],
            ["restore", "--data", "ledger", "--highwater-lost"],
            ["restore", "--data", "nothing"], ["backup", "--data", "nothing", "--to", "b"],
            ["restore", "--data", "ledger", "--checkpoint", "nowhere"],
        ] {
            let outcome = try await Program.run("colophond", arguments, in: shop.folder)
            #expect(outcome.status == 2, "\(arguments): \(outcome.words)")
            #expect(outcome.words.hasPrefix("colophond: "), "\(arguments): \(outcome.words)")
        }
        #expect(try !shop.exists("b"))
    }
}
