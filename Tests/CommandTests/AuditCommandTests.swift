import Foundation
import TestSupport
import Testing

/// `colophon audit`, as somebody runs it who trusts neither a ledger nor its mirror.
@Suite struct AuditCommandTests {
    private let ledger: LedgerProcess
    private let shop: Workshop

    /// A ledger with three works, its kit from before them, and an export.
    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
        for name in ["a.jpg", "b.jpg", "c.jpg"] { try await ledger.register(name) }
        try await export()
    }

    private func export() async throws {
        let made = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "export"], in: shop.folder)
        try #require(made.status == 0, "\(made.words)")
    }

    private func audit(_ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["audit", "--trust", "trust", "--state", "state"] + more, in: shop.folder)
    }

    private func report(_ more: String...) async throws -> [String: Any] {
        let ran = try await Program.run(
            "colophon", ["audit", "--trust", "trust", "--state", "state", "--json"] + more,
            in: shop.folder)
        return try #require(ran.objects.first, "\(ran.words)")
    }

    private func expectNarrow(_ ran: Program.Outcome) {
        for line in (ran.output + ran.words).split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    // MARK: - A log that is well

    @Test func theLedgerAndItsExportAreAuditedAlike() async throws {
        let live = try await audit("--ledger", ledger.address)
        #expect(live.status == 0, "\(live.output)\(live.words)")
        #expect(live.output.hasSuffix("clean: the log kept every rule that was checked\n"))
        #expect(live.output.contains(LedgerProcess.origin) && live.output.contains("6, since "))
        expectNarrow(live)
        try await ledger.register("d.jpg")
        try await export()
        let copy = try await audit("--from", "export")
        #expect(copy.status == 0, "\(copy.output)\(copy.words)")
        #expect(copy.output.contains("1 of them now"), "\(copy.output)")
        expectNarrow(copy)
    }

    @Test func aProgramReadsTheReport() async throws {
        let report = try await report("--from", "export")
        #expect(report["outcome"] as? String == "clean" && report["complete"] as? Bool == true)
        #expect((report["head"] as? [String: Any])?["size"] as? Int == 6)
        let extent = try #require(report["extent"] as? [String: Any])
        #expect(extent["entries"] as? Int == 6 && extent["newEntries"] as? Int == 6)
        #expect(extent["signatures"] as? Bool == true && extent["manifests"] as? Bool == true)
        #expect((report["findings"] as? [Any])?.isEmpty == true)
        #expect(report["origin"] as? String == LedgerProcess.origin)
    }

    /// The page and the object say how many index heads there are, and that each map was computed.
    @Test func theIndexOfALedgerIsComputed() async throws {
        try await ledger.restart(with: ["--index", "on", "--index-interval", "1s"])
        let size = try #require(try await ledger.size())
        try await ledger.register("d.jpg")
        // The work, and a head that covers it.
        try await eventually("an index head") { try await ledger.size() ?? 0 > size + 1 }
        try await export()
        let report = try await report("--from", "export")
        let extent = try #require(report["extent"] as? [String: Any])
        let heads = try #require(extent["indexHeads"] as? Int)
        #expect(heads > 0 && extent["maps"] as? Int == heads, "\(report)")
        let page = try await audit("--from", "export")
        #expect(page.status == 0 && page.output.contains("computed"), "\(page.output)")
        expectNarrow(page)
        let without = try await Program.run(
            "colophon",
            ["audit", "--trust", "trust", "--state", "other", "--from", "export"]
                + ["--without-index"], in: shop.folder)
        #expect(without.status == 0 && without.output.contains("0 of the maps computed"))
        expectNarrow(without)
    }

    @Test func theStateIsItsOwnersAlone() async throws {
        _ = try await audit("--from", "export")
        #expect(try shop.permissions("state") == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: shop.url("state").path()) {
            #expect(try shop.permissions("state/\(name)") & 0o077 == 0, "\(name)")
        }
    }

    @Test func nothingIsSaidWhereNothingIsWrong() async throws {
        let ran = try await audit("--from", "export", "--quiet")
        #expect(ran.status == 0 && ran.output.isEmpty && ran.words.isEmpty, "\(ran.words)")
    }

    /// What a collector has of the log must be in it.
    @Test func theHeadsOfARecordAreHeldAgainstTheLog() async throws {
        let ran = try await audit("--from", "export", "--checkpoint", "c.jpg.colophon")
        #expect(ran.status == 0, "\(ran.words)")
        let foreign = try await audit("--from", "export", "--checkpoint", "a.jpg")
        #expect(foreign.status == 2, "\(foreign.words)")
        #expect(foreign.words.contains("has no checkpoint of \(LedgerProcess.origin)"))
    }

    @Test func aLogIsLookedOverByItsKeyAlone() async throws {
        let policy = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
        let line = try #require(policy.split(separator: "\n").first { $0.hasPrefix("log ") })
        let ran = try await Program.run(
            "colophon",
            [
                "audit", "--generic", "--vkey", String(line.dropFirst(4)), "--from", "export",
                "--state", "generic",
            ], in: shop.folder)
        #expect(ran.status == 0, "\(ran.output)\(ran.words)")
        #expect(ran.output.contains("what the entries mean"))
        expectNarrow(ran)
    }

    // MARK: - What is wrong

    @Test func aBundleThatWasChangedIsNamed() async throws {
        let path = "export/tile/entries/000.p/6"
        var bytes = try shop.bytes(path)
        bytes[100] ^= 1
        try Data(bytes).write(to: shop.url(path))
        let ran = try await audit("--from", "export")
        #expect(ran.status == 1, "\(ran.output)\(ran.words)")
        #expect(ran.output.contains("VIOLATION bundle") && ran.output.contains("NOT CLEAN"))
        expectNarrow(ran)
    }

    @Test func aBundleThatIsMissingIsAskedForAgainNextTime() async throws {
        let path = "export/tile/entries/000.p/6"
        let bytes = try shop.bytes(path)
        try FileManager.default.removeItem(at: shop.url(path))
        let ran = try await audit("--from", "export")
        #expect(ran.status == 3, "\(ran.output)\(ran.words)")
        #expect(ran.words.contains("tile/entries/000") && ran.words.contains("run the same"))
        #expect(!ran.output.contains("clean"), "\(ran.output)")
        expectNarrow(ran)
        try Data(bytes).write(to: shop.url(path))
        #expect(try await audit("--from", "export").status == 0)
    }

    @Test func aManifestThatIsGoneWithoutAnErasureIsFound() async throws {
        let path = "export/manifests/000.p/6"
        let bytes = try shop.bytes(path)
        // Three nulls of control statements, then byte strings of 256 bytes and more.
        var start = 3
        for _ in 3..<5 {
            try #require(bytes[start] == 0x59)
            start += 3 + Int(bytes[start + 1]) << 8 + Int(bytes[start + 2])
        }
        try Data(bytes[..<start] + [0xF6]).write(to: shop.url(path))
        let report = try await report("--from", "export")
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.map { $0["rule"] as? String } == ["manifest"], "\(report)")
        #expect(findings.first?["entry"] as? Int == 5)
    }

    /// An old copy is checked as far as it goes, and is never called clean.
    @Test func aCopyThatIsOlderThanTheKitIsNotClean() async throws {
        try await ledger.register("d.jpg")
        try await ledger.writeKit()
        let ran = try await audit("--from", "export")
        #expect(ran.status == 3, "\(ran.output)\(ran.words)")
        let answer = ran.output.unwrapped
        #expect(answer.contains("not at its end: the copy is older than your kit"), "\(answer)")
        let words = ran.words.unwrapped
        #expect(words.contains("the copy is older than your kit hint: renew"), "\(words)")
        #expect(ran.words.contains("renew the copy"), "\(ran.words)")
        #expect(!ran.output.contains("clean"), "\(ran.output)")
        expectNarrow(ran)
        let json = try await report("--from", "export")
        #expect((json["larger"] as? [String: Any])?["size"] as? Int == 7, "\(json)")
        try await export()
        let renewed = try await audit("--from", "export")
        #expect(renewed.status == 0, "\(renewed.output)\(renewed.words)")
    }

    /// A monitor of a copy opens what its name leads to at each round.
    @Test func aLinkToACopyIsFollowedAtEachRound() async throws {
        let link = shop.url("newest").path()
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "export")
        let program = try RunningProgram(
            "colophon",
            [
                "audit", "--from", "newest", "--trust", "trust", "--state", "state", "--follow",
                "--every", "1s", "--watch", "issuer=\(Workshop.berlin)",
            ], in: shop.folder)
        try await program.says("following: the log is read each 1 s")
        try await ledger.register("d.jpg")
        let made = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "export-2"], in: shop.folder)
        try #require(made.status == 0, "\(made.words)")
        // For a moment there is no folder at all, which ends nothing.
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "export-2")
        try await eventually("the entry of the newer copy is told") {
            String(decoding: try program.output, as: UTF8.self).contains("\"entry\":6")
        }
        #expect(try await program.end(by: SIGTERM).status == 0)
    }

    // MARK: - Usage

    @Test func anAuditThatCannotBeRunSaysWhatToDo() async throws {
        let both = try await audit("--from", "export", "--ledger", "https://ledger.example")
        #expect(both.status == 2 && both.words.contains("exclude each other"))
        let none = try await audit("--from", "nowhere")
        #expect(none.status == 2 && none.words.contains("nowhere"), "\(none.words)")
        let kit = try await Program.run(
            "colophon", ["audit", "--from", "export", "--state", "state"], in: shop.folder)
        #expect(kit.status == 2 && kit.words.contains("--trust"), "\(kit.words)")
        _ = try await audit("--from", "export")
        let other = try await audit("--from", "export", "--without-manifests")
        #expect(other.status == 2 && other.words.contains("name another folder"), "\(other.words)")
    }

    @Test func aLedgerThatIsNotThereIsNotClean() async throws {
        let address = ledger.address
        _ = try await ledger.stop()
        let ran = try await audit("--ledger", address)
        #expect(ran.status == 3, "\(ran.words)")
        #expect(!ran.output.contains("clean"), "\(ran.output)")
    }
}
