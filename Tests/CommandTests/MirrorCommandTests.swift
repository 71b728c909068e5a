import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `colophon mirror`, as somebody runs it who wants a copy of a ledger's log, and as somebody who
/// has nothing else left of it.
@Suite(.serialized) struct MirrorCommandTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.register("old.jpg")
        try await ledger.writeKit()
    }

    private func mirror(_ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["mirror", "--trust", "trust"] + more, in: shop.folder,
            environment: more.contains("--from") ? [:] : ["COLOPHON_LEDGER": ledger.address])
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    /// The files below a folder by their names.
    private func files(_ folder: String) throws -> [String: [UInt8]] {
        try TestSupport.files(below: shop.url(folder).path())
    }

    // MARK: - A copy

    @Test func aMirrorIsAnExportThatNobodyHadToBeAskedFor() async throws {
        let made = try await mirror("--to", "copy", "--json")
        #expect(made.status == 0, "\(made.words)")
        let object = try #require(made.objects.first)
        #expect(object["status"] as? String == "updated" && object["size"] as? Int == 4)
        #expect(object["refusedCount"] as? Int == 0 && object["missingManifests"] as? Int == 0)
        let exported = try await colophond("export", "--data", "ledger", "--out", "export")
        #expect(exported.status == 0, "\(exported.words)")
        #expect(try files("copy") == files("export"))
        let again = try await mirror("--to", "copy")
        #expect(again.status == 0 && again.output == "copy: up to date, tree size 4\n")
        try await ledger.register("new.jpg")
        let newer = try await mirror("--to", "copy")
        #expect(newer.output.hasPrefix("copy: tree size 4 to 5, "), "\(newer.output)")
        // A copy of the copy is the same; and it goes on from an export, too.
        #expect(try await mirror("--from", "copy", "--to", "second").status == 0)
        let (first, second) = (try files("copy"), try files("second"))
        #expect(second.allSatisfy { first[$0.key] == $0.value })
        #expect(second["manifests/000.p/5"] != nil)
        #expect(try await mirror("--to", "export").status == 0)
        #expect(try files("export")["checkpoint"] == first["checkpoint"])
    }

    /// It says nothing against the log, and the next run may bring it: 3, and all else is there.
    @Test func anIndexHeadThatCannotBeReadIsAskedForAgain() async throws {
        #expect(try await mirror("--to", "copy").status == 0)
        if try shop.exists("copy/index") {
            try FileManager.default.removeItem(at: shop.url("copy/index"))
        }
        try FileManager.default.createDirectory(
            at: shop.url("copy/index"), withIntermediateDirectories: false)
        let unread = try await mirror("--from", "copy", "--to", "second")
        #expect(unread.status == 3 && unread.words.contains("copy/index: "), "\(unread.words)")
        #expect(try files("second")["checkpoint"] == files("copy")["checkpoint"])
        try FileManager.default.removeItem(at: shop.url("copy/index"))
        // One that is wrong is wrong.
        try shop.write("no head", to: "copy/index")
        #expect(try await mirror("--from", "copy", "--to", "second").status == 1)
        try FileManager.default.removeItem(at: shop.url("copy/index"))
        #expect(try await mirror("--from", "copy", "--to", "second").status == 0)
    }

    @Test func whatIsErasedLeavesTheMirrorAtItsNextRun() async throws {
        let entry = try await ledger.register("private.jpg")
        #expect(try await mirror("--to", "copy").status == 0)
        func isThere(_ folder: String) throws -> Bool {
            try files(folder).contains { name, bytes in
                name.hasPrefix("manifests/")
                    && String(decoding: bytes, as: UTF8.self)
                        .contains("private.jpg")
            }
        }
        #expect(try isThere("copy"))
        let erased = try await ledger.colophon(
            "erase", "--entry=\(entry)", "--admin", "admin.pem", "--reason", "a person asked",
            "--authority", "GDPR", "--yes", "--origin", LedgerProcess.origin)
        try #require(erased.status == 0, "\(erased.words)")
        let cleaned = try await mirror("--to", "copy", "--json")
        #expect(cleaned.status == 0, "\(cleaned.words)")
        #expect((cleaned.objects.first?["cleaned"] as? Int ?? 0) >= 1)
        #expect(try !isThere("copy"))
        #expect(try await mirror("--from", "copy", "--to", "second").status == 0)
        #expect(try !isThere("second"))
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aMirrorThatIsKilledGoesOn() async throws {
        for place in ["copy/tile/entries", "copy/manifests", "copy/control", "copy/checkpoint"] {
            let program = try RunningProgram(
                "colophon",
                ["mirror", "--trust", "trust", "--to", "copy", "--ledger", ledger.address],
                in: shop.folder)
            try await eventually("\(place) is there") {
                try !program.isRunning || shop.exists(place)
            }
            _ = try await program.end(by: SIGKILL)
            if try shop.exists("copy/checkpoint") {
                let second = try await mirror("--from", "copy", "--to", "copy of \(UUID())")
                #expect(second.status == 0, "\(place): \(second.words)")
            }
            try await ledger.register("\(UUID()).jpg")
        }
        let done = try await mirror("--to", "copy")
        #expect(done.status == 0, "\(done.words)")
        let left = try files("copy").keys.filter { $0.contains(".colophon-") }
        #expect(left.isEmpty, "\(left)")
        #expect(try files(".").keys.filter { $0.hasSuffix(".tmp") }.isEmpty)
        let exported = try await colophond("export", "--data", "ledger", "--out", "export")
        #expect(exported.status == 0)
        let copy = try files("copy")
        #expect(try files("export").allSatisfy { copy[$0.key] == $0.value })
    }

    // MARK: - Restoring

    /// The folder of the ledger is gone; its keys and its high-water file are there.
    private func lose() async throws -> [UInt8] {
        let note = try await checkpoint()
        try await ledger.crash()
        try FileManager.default.removeItem(at: shop.url("ledger"))
        return note
    }

    private func checkpoint() async throws -> [UInt8] {
        let url = try #require(URL(string: "\(ledger.address)/checkpoint"))
        return Array(try await URLSession.shared.data(from: url).0)
    }

    @Test func aLedgerComesBackFromItsMirrorAndItsKeys() async throws {
        #expect(try await mirror("--to", "copy").status == 0)
        let before = try await lose()
        let back = try await colophond("restore", "--data", "ledger", "--entries-from", "copy")
        #expect(back.status == 0, "\(back.words)")
        #expect(back.words.contains("made ledger of the first entries of copy"), "\(back.words)")
        #expect(back.output.contains("4 entries, complete: it may sign"))
        try await ledger.start()
        #expect(try await checkpoint() == before)
        // Old receipts are of this tree, new ones too, and old kits know it.
        for flags in [[], ["--ledger", ledger.address]] {
            let verdict = try await Program.run(
                "colophon", ["verify", "old.jpg", "--trust", "trust"] + flags, in: shop.folder)
            #expect(verdict.status == 0, "\(verdict.output)")
        }
        try await ledger.register("after.jpg")
        #expect(try await ledger.colophon("verify", "after.jpg", "--trust", "trust").status == 0)
        #expect(try await ledger.colophon("trust", "update", "trust").status == 0)
        // And the mirror goes on with it.
        #expect(try await mirror("--to", "copy").status == 0)
        #expect(try await ledger.stop() == 0)
        let checked = try await colophond("fsck", "--data", "ledger", "--signatures")
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test func anOlderMirrorAndTheRecordsSinceBringALedgerBack() async throws {
        #expect(try await mirror("--to", "copy").status == 0)
        try await ledger.register("late.jpg")
        let before = try await lose()
        let part = try await colophond("restore", "--data", "ledger", "--entries-from", "copy")
        #expect(part.status == 1, "\(part.words)")
        #expect(part.words.contains("entry 4 is missing"), "\(part.words)")
        let back = try await colophond(
            "restore", "--data", "ledger", "--entries-from", "late.jpg.colophon")
        #expect(back.status == 0, "\(back.words)")
        try await ledger.start()
        #expect(try await checkpoint() == before)
        #expect(try await ledger.colophon("verify", "late.jpg", "--trust", "trust").status == 0)
    }

    /// The mirror alone names the key that signed its checkpoint: the hint is to name both.
    @Test func theCommandThatMakesALostHighWaterFileNamesTheMirrorToo() async throws {
        #expect(try await ledger.stop() == 0)
        let rotated = try await colophond("rotate", "note", "--data", "ledger")
        #expect(rotated.status == 0, "\(rotated.words)")
        try await ledger.start()
        #expect(try await mirror("--to", "copy").status == 0)
        _ = try await lose()
        try FileManager.default.removeItem(at: shop.url("ledger.highwater"))
        let asked = try await colophond("restore", "--data", "ledger", "--entries-from", "copy")
        #expect(asked.status == 1, "\(asked.words)")
        #expect(
            asked.words.contains(
                "hint: colophond restore --data ledger --highwater-lost --checkpoint FILE "
                    + "--entries-from copy"),
            "\(asked.words)")
        let back = try await colophond(
            "restore", "--data", "ledger", "--highwater-lost", "--checkpoint", "copy/checkpoint",
            "--entries-from", "copy")
        #expect(back.status == 0, "\(back.words)")
    }

    // MARK: - What must not be copied

    /// Two ledgers with one key: what a thief of the folder can make.
    @Test func twoHistoriesEndAMirrorAndLeaveTheProof() async throws {
        #expect(try await ledger.stop() == 0)
        let own = ["ledger", "ledger.keys", "ledger.highwater"]
        for name in own {
            try FileManager.default.copyItem(at: shop.url(name), to: shop.url("thief-\(name)"))
        }
        try await ledger.start()
        try await ledger.register("ours.jpg")
        #expect(try await mirror("--to", "copy").status == 0)
        let before = try files("copy")
        #expect(try await ledger.stop() == 0)
        for name in own {
            try FileManager.default.removeItem(at: shop.url(name))
            try FileManager.default.moveItem(at: shop.url("thief-\(name)"), to: shop.url(name))
        }
        try await ledger.start()
        // The log goes back: that may be an old copy.
        let behind = try await mirror("--to", "copy")
        #expect(behind.status == 3, "\(behind.words)")
        #expect(behind.words.contains("has 4 entries, and copy knows of 5"), "\(behind.words)")
        try await ledger.register("theirs.jpg")
        let forked = try await mirror("--to", "copy")
        #expect(forked.status == 1, "\(forked.words)")
        #expect(forked.words.contains("has signed two trees of size 5"), "\(forked.words)")
        #expect(try files("copy") == before)
        let proof = try #require(
            try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
                .first { $0.hasPrefix("fork-5-5-") && $0.hasSuffix(".misbehaviour") })
        let convicted = try await shop.colophon("verify-misbehaviour", proof, "--trust", "trust")
        #expect(convicted.status == 0, "\(convicted.output)\(convicted.words)")
        // Of other sizes, the same.
        try await ledger.register("theirs too.jpg")
        let larger = try await mirror("--to", "copy")
        #expect(larger.status == 1, "\(larger.words)")
        #expect(larger.words.contains("tree of size 6 that does not extend that of 5"))
        #expect(try files("copy") == before)
    }

    @Test func wrongUsageIsSaidAndNothingIsWritten() async throws {
        let cases: [([String], String)] = [
            (["--from", "x", "--ledger", ledger.address, "--to", "copy"], "exclude each other"),
            (["--to", "copy", "--generic", "--layout", "sumdb"], "tlog-tiles only"),
            (["--from", "nowhere", "--to", "copy"], "no folder of a log"),
        ]
        for (arguments, words) in cases {
            let outcome = try await Program.run(
                "colophon", ["mirror", "--trust", "trust"] + arguments, in: shop.folder)
            #expect(outcome.status == 2, "\(arguments): \(outcome.words)")
            #expect(outcome.words.contains(words), "\(arguments): \(outcome.words)")
            #expect(try !shop.exists("copy"))
        }
        try FileManager.default.createDirectory(
            at: shop.url("letters"), withIntermediateDirectories: true)
        try shop.write("x", to: "letters/letter")
        let letters = try await mirror("--to", "letters")
        #expect(letters.status == 2 && letters.words.contains("holds letter"), "\(letters.words)")
        #expect(try await ledger.stop() == 0)
        let away = try await Program.run(
            "colophon",
            ["mirror", "--trust", "trust", "--from", "letters", "--to", "copy"], in: shop.folder)
        #expect(away.status == 3, "\(away.words)")
        #expect(away.words.contains("letters/checkpoint: is missing"), "\(away.words)")
    }

    @Test func anotherLedgersKitCopiesNothing() async throws {
        let other = try await LedgerProcess(in: Workshop())
        try await other.writeKit()
        let kit = other.shop.url("trust").path()
        let outcome = try await ledger.colophon("mirror", "--trust", kit, "--to", "copy")
        #expect(outcome.status == 1, "\(outcome.words)")
        #expect(try files("copy").isEmpty)
        #expect(try await other.stop() == 0)
    }

    @Test func anyLogsTilesAndEntriesAreCopiedByItsKey() async throws {
        let kit = try String(contentsOf: shop.url("trust/policy"), encoding: .utf8)
        let line = try #require(kit.split(separator: "\n").first { $0.hasPrefix("log ") })
        let outcome = try await ledger.colophon(
            "mirror", "--generic", "--vkey", String(line.dropFirst(4)), "--to", "copy")
        #expect(outcome.status == 0, "\(outcome.words)")
        #expect(
            try Set(files("copy").keys) == [
                "checkpoint", "tile/0/000.p/4", "tile/entries/000.p/4",
            ])
    }

    // MARK: - A web server

    @Test(.enabled(if: Program.isInstalled("nginx"), "needs nginx"))
    func nginxServesAMirrorToMirrorsAndAuditors() async throws {
        #expect(try await mirror("--to", "copy").status == 0)
        #expect(try await ledger.stop() == 0)
        // The web server's user may look into the copy, and into nothing else.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o711], ofItemAtPath: shop.folder.path())
        let port = try FreePort.next()
        let place = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/dist.d/nginx-export.conf")
        let text = try String(contentsOf: place, encoding: .utf8)
            .replacing("127.0.0.1:8080", with: "127.0.0.1:\(port)")
            .replacing("/var/lib/colophon-export", with: shop.url("copy").path())
        try shop.write(text, to: "nginx.conf")
        let server = try RunningProgram(
            "nginx", ["-p", shop.folder.path(), "-c", shop.url("nginx.conf").path()])
        try await eventually("nginx serves") {
            try #require(server.isRunning, "nginx ended")
            return try shop.exists("nginx.pid")
        }
        let address = "http://127.0.0.1:\(port)"
        func colophon(_ arguments: String...) async throws -> Program.Outcome {
            try await Program.run(
                "colophon", arguments + ["--ledger", address], in: shop.folder)
        }
        let second = try await colophon("mirror", "--trust", "trust", "--to", "second")
        #expect(second.status == 0, "\(second.words)")
        #expect(try files("second") == files("copy"))
        let audit = try await colophon("audit", "--trust", "trust", "--state", "state")
        #expect(audit.status == 0, "\(audit.output)\(audit.words)")
        let proof = try await colophon("prove", "3", "--from-tiles", "--trust", "trust")
        #expect(proof.status == 0, "\(proof.words)")
        // What a ledger computes, files do not answer.
        let update = try await colophon("trust", "update", "trust")
        #expect(update.status == 1 && update.words.contains("404"), "\(update.words)")
        _ = try await server.end(by: SIGTERM)
    }
}
