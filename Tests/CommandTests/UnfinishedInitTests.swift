import Foundation
import Testing
import TestSupport

/// `colophond init` that is killed, and what lies where a ledger is to be.
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct UnfinishedInitTests {
    private let shop: Workshop
    private let attacker: Attacker
    private static let arguments = [
        "init", "--data", "ledger", "--origin", "ledger.example", "--admin", "berlin.pub.pem",
    ]

    init() async throws {
        shop = try await Workshop()
        attacker = Attacker(shop: shop)
    }

    private func initialize() async throws -> Program.Outcome {
        try await Program.run("colophond", Self.arguments, in: shop.folder)
    }

    private func fsck() async throws -> Program.Outcome {
        try await Program.run("colophond", ["fsck", "--data", "ledger"], in: shop.folder)
    }

    private func removeAll() {
        for name in ["ledger", "ledger.keys", "ledger.highwater"] {
            try? FileManager.default.removeItem(at: shop.url(name))
        }
    }

    /// Killed at each call that changes a folder or waits for the disk: the next one succeeds, or
    /// there is a ledger that was at its end but for saying so.
    @Test(.enabled(if: Program.isInstalled("strace"), "needs strace"))
    func anInitThatWasKilledIsBegunAgain() async throws {
        let calls = "fsync,fdatasync,linkat,unlinkat,?renameat,?rename,mkdirat,?mkdir,fchmod"
        var killed = 0
        for moment in 1...400 {
            removeAll()
            let run = try await Program.run(
                "strace",
                ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)"]
                    + ["-e", "inject=\(calls):signal=KILL:when=\(moment)"]
                    + [try Program.url("colophond").path()] + Self.arguments, in: shop.folder)
            // Counted for each thread: beyond the calls of any, it comes to its end.
            if run.status == 0 { break }
            killed += 1
            let again = try await initialize()
            if again.status == 0 {
                #expect(try shop.permissions("ledger.keys") == 0o700)
                #expect(try !shop.exists("ledger.keys/unfinished"))
            } else {
                #expect(again.words.contains("there is something"), "\(moment): \(again.words)")
            }
            let checked = try await fsck()
            #expect(checked.status == 0, "killed at \(moment): \(checked.words)")
            let kit = try await Program.run(
                "colophond", ["trust-kit", "--data", "ledger", "--out", "trust"], in: shop.folder)
            #expect(kit.status == 0, "killed at \(moment): \(kit.words)")
        }
        #expect(killed > 10)
    }

    @Test func aLedgerThatWasPutThereSinceIsNotTakenForAnUnfinishedOne() async throws {
        #expect(try await initialize().status == 0)
        try attacker.copy("ledger", to: "real")
        try attacker.copy("ledger.keys", to: "real.keys")
        try attacker.copy("ledger.highwater", to: "real.highwater")
        let path = shop.url("ledger").path()
        let digests = String(repeating: String(repeating: "0", count: 64) + "\n", count: 3)
        for mark in ["\(path)\n\(path).highwater\n", "\(path)\n\(path).highwater\n\(digests)"] {
            for withMarkInStore in [false, true] {
                try shop.write(mark, to: "ledger.keys/unfinished")
                if withMarkInStore { try shop.write(mark, to: "ledger/unfinished") }
                let before = try attacker.picture(of: "ledger", "ledger.keys", "ledger.highwater")
                let refused = try await initialize()
                #expect(refused.status == 2, "\(refused.words)")
                #expect(
                    try attacker.picture(of: "ledger", "ledger.keys", "ledger.highwater")
                        == before)
            }
        }
        // And it is served all the same.
        #expect(
            try await Program.run(
                "colophond", ["trust-kit", "--data", "ledger", "--out", "t"], in: shop.folder
            ).status == 0)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func somebodyElsesMarkRemovesNothing() async throws {
        #expect(try await initialize().status == 0)
        try FileManager.default.moveItem(
            at: shop.url("ledger.keys"), to: shop.url("elsewhere.keys"))
        let path = shop.url("ledger").path()
        try attacker.makeFolder("ledger.keys", mode: 0o777)
        try shop.write("\(path)\n\(path).highwater\n", to: "ledger.keys/unfinished")
        try #require(unsafe chown(shop.url("ledger.keys").path(), 65534, 65534) == 0)
        let before = try attacker.picture(of: "ledger", "ledger.highwater")
        let refused = try await initialize()
        #expect(refused.status == 2, "\(refused.words)")
        #expect(try attacker.picture(of: "ledger", "ledger.highwater") == before)
    }

    @Test func anEmptyFolderIsTakenAndOneThatHoldsSomethingIsNot() async throws {
        try attacker.makeFolder("ledger/lost+found")
        try attacker.makeFolder("ledger.keys", mode: 0o755)
        #expect(try await initialize().status == 0)
        #expect(try shop.permissions("ledger") == 0o700)
        #expect(try shop.permissions("ledger.keys") == 0o700)
        #expect(try shop.exists("ledger/lost+found"))
        #expect(try await fsck().status == 0)
        removeAll()
        let places: [() throws -> Void] = [
            { try attacker.makeFolder("ledger/deep") },
            { try attacker.makeFolder("ledger.keys/deep") },
            { try attacker.makeFolder("ledger.highwater") },
            { try shop.write("x", to: "ledger.highwater") },
            { try shop.write("x", to: "ledger") }, { try attacker.link("ledger", to: "none") },
            { try attacker.makePipe("ledger.keys") },
            { try attacker.link("ledger.highwater", to: "none") },
        ]
        for place in places {
            try place()
            let before = try FileManager.default.subpathsOfDirectory(atPath: shop.folder.path())
            let refused = try await initialize()
            #expect(refused.status == 2, "\(refused.words)")
            #expect(refused.words.contains("there is something"), "\(refused.words)")
            let after = try FileManager.default.subpathsOfDirectory(atPath: shop.folder.path())
            #expect(Set(after) == Set(before))
            removeAll()
            // A link to nothing is not removed as a file is.
            for name in ["ledger", "ledger.highwater"] { _ = unsafe unlink(shop.url(name).path()) }
        }
    }

    /// What is said to a person goes nowhere rather than into the store.
    @Test func aClosedStreamIsNoFileOfTheLedgers() async throws {
        #expect(try await initialize().status == 0)
        let program = try Program.url("colophond").path()
        for closing in ["2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"] {
            _ = try await Program.run(
                "sh", ["-c", "exec '\(program)' backup --data ledger --to backups \(closing)"],
                in: shop.folder)
            let checked = try await fsck()
            #expect(checked.status == 0, "\(closing): \(checked.words)")
        }
    }

    @Test func aFolderThatOnlyHasTheNameOfARestoreIsLeft() async throws {
        #expect(try await initialize().status == 0)
        let taken = try await Program.run(
            "colophond", ["backup", "--data", "ledger", "--to", "backups"], in: shop.folder)
        #expect(taken.status == 0, "\(taken.words)")
        try attacker.makeFolder("other.restoring/store", mode: 0o700)
        try shop.write("precious", to: "other.restoring/store/file")
        try shop.write("/elsewhere\n", to: "other.restoring/unfinished")
        let restore = ["restore", "--from", "backups", "--data", "other"]
        let refused = try await Program.run("colophond", restore, in: shop.folder)
        #expect(refused.status == 2, "\(refused.words)")
        #expect(try shop.exists("other.restoring/store/file") && !shop.exists("other"))
        // One that an attempt has left is begun again.
        try shop.write(shop.url("other").path() + "\n", to: "other.restoring/unfinished")
        let again = try await Program.run("colophond", restore, in: shop.folder)
        #expect(again.words.contains("restored backup 1"), "\(again.words)")
        #expect(try shop.exists("other/CURRENT") && !shop.exists("other.restoring"))
    }
}
