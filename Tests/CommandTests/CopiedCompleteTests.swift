import Foundation
import TestSupport
import Testing

/// `complete --copy`: a copy of a log proves what the ledger proves.
@Suite struct CopiedCompleteTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    /// A ledger whose index head covers a work, and a mirror of it.
    init() async throws {
        ledger = try await .indexing()
        shop = ledger.shop
        try await register("photo.jpg")
        let copied = try await mirror()
        try #require(copied.status == 0, "\(copied.words)")
    }

    private func register(_ name: String) async throws {
        try await ledger.register(name)
        try await ledger.cover(name)
    }

    private func mirror(_ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon",
            ["mirror", "--trust", "trust", "--ledger", ledger.address, "--to", "copy"] + more,
            in: shop.folder)
    }

    private func copied(_ arguments: String...) async throws -> Program.Outcome {
        try await copied(arguments)
    }

    private func copied(_ arguments: [String]) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["complete", "--trust", "trust", "--copy", "copy"] + arguments,
            in: shop.folder, environment: ["TMPDIR": shop.url("temporary").path()])
    }

    private func makeTemporary() throws {
        try FileManager.default.createDirectory(
            at: shop.url("temporary"), withIntermediateDirectories: true)
    }

    @Test func theProofIsByteForByteThatOfTheLedger() async throws {
        try makeTemporary()
        let digest = String(repeating: "ab", count: 32)
        for (number, name) in [
            ["photo.jpg"], ["--iss", Workshop.berlin], ["--sha256", digest],
            ["--sub", "urn:example:nothing"],
        ].enumerated() {
            let asked = try await ledger.complete(name + ["--out", "asked\(number)"])
            #expect(asked.status == 0, "\(asked.words)")
            let made = try await copied(name + ["--out", "made\(number)"])
            #expect(made.status == 0, "\(made.words)")
            #expect(try shop.bytes("made\(number)") == shop.bytes("asked\(number)"), "\(name)")
            #expect(made.output == asked.output, "\(name)")
            let here = "the map of the index head was computed here, too"
            #expect(made.words.contains(here) && !asked.words.contains(here), "\(made.words)")
        }
        // What was sorted there is gone.
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: shop.url("temporary").path()
            ).isEmpty)
        let verdict = try await shop.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--complete", "made0",
            "--require-complete", "artifact")
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
    }

    /// One reading, one file, and an answer for each name.
    @Test func severalNamesAreProvenAtOnce() async throws {
        try makeTemporary()
        try await register("second.jpg")
        let brought = try await mirror()
        try #require(brought.status == 0, "\(brought.words)")
        let digest = String(repeating: "ab", count: 32)
        let asked = ["photo.jpg", "second.jpg", "--sha256", digest, "--iss", Workshop.berlin]
        let made = try await copied(asked + ["--out", "all.complete"])
        #expect(made.status == 0, "\(made.words)")
        let said = words(made)
        for name in ["photo.jpg", "second.jpg"] {
            #expect(said.contains("\(name): entry "), "\(said)")
        }
        #expect(said.contains("\(digest): no entry names this file"), "\(said)")
        #expect(said.contains("\(Workshop.berlin): these 2 entries are all"), "\(said)")
        #expect(made.words.components(separatedBy: "the proof is in").count == 2)
        let json = try await copied(asked + ["--json"])
        #expect(json.objects.count == 4 && json.objects.allSatisfy { $0["ok"] as? Bool == true })
        let verdict = try await shop.colophon(
            "verify", "--trust", "trust", "--json", "--complete", "all.complete")
        #expect(verdict.status == 0, "\(verdict.output)")
        let answers = verdict.objects.first?["answers"] as? [[String: Any]]
        #expect(answers?.map { $0["count"] as? Int } == [1, 1, 0, 2])
        // Of each work it is its proof.
        for name in ["photo.jpg", "second.jpg"] {
            let verdict = try await shop.colophon(
                "verify", name, "--trust", "trust", "--complete", "all.complete",
                "--require-complete", "artifact")
            #expect(verdict.status == 0, "\(verdict.output)\(verdict.words)")
        }
    }

    @Test func severalNamesHaveTheirLimits() async throws {
        let nine = (0..<9).flatMap { ["--sub", "urn:example:\($0)"] }
        for (arguments, said) in [
            (["photo.jpg", "photo.jpg"], "photo.jpg is what another name is, too"),
            (["photo.jpg", "--iss", Workshop.berlin, "--from", "0"], "--from N is about one list"),
            (nine, "9 names are given, and one proof has room for 8"), ([], "is to be named"),
        ] as [([String], String)] {
            let made = try await copied(arguments)
            #expect(made.status == 2 && made.words.contains(said), "\(made.words)")
        }
        let asked = try await ledger.complete(["photo.jpg", "--iss", Workshop.berlin])
        #expect(asked.status == 2 && asked.words.contains("and one of them only"))
        #expect(asked.words.contains("hint: --copy DIR proves up to 8 names"), "\(asked.words)")
    }

    @Test func anExportAndACopyOfTheCopyProveTheSame() async throws {
        try makeTemporary()
        let exported = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "export"], in: shop.folder)
        try #require(exported.status == 0, "\(exported.words)")
        let second = try await shop.colophon(
            "mirror", "--trust", "trust", "--from", "copy", "--to", "second")
        try #require(second.status == 0, "\(second.words)")
        for folder in ["export", "second"] {
            let made = try await shop.colophon(
                "complete", "photo.jpg", "--trust", "trust", "--copy", folder, "--out",
                folder + ".c")
            #expect(made.status == 0, "\(folder): \(made.words)")
        }
        #expect(try shop.bytes("export.c") == shop.bytes("second.c"))
        let json = try await mirror("--json")
        let indexed = try #require(json.objects.first?["indexed"] as? Int)
        let made = try await copied("photo.jpg", "--json")
        #expect(made.objects.first?["size"] as? Int == indexed, "\(made.words)")
    }

    /// An old copy proves what it covers, and says how far that is; one that is older than the kit
    /// is refused, as everywhere.
    @Test func anOldCopySaysUpToWhere() async throws {
        try makeTemporary()
        let head = try shop.bytes("copy/index")
        let before = try #require(try await copied("photo.jpg", "--json").objects.first)
        let size = try #require(before["size"] as? Int)
        try await register("later.jpg")
        let refused = try await copied("photo.jpg")
        #expect(refused.status == 3, "\(refused.output)")
        #expect(refused.words.contains("copy: is older than what is known: it has"))
        let brought = try await mirror()
        try #require(brought.status == 0, "\(brought.words)")
        let after = try #require(try await copied("later.jpg", "--json").objects.first)
        #expect(try #require(after["size"] as? Int) > size)
        // With the head of before, which covers less.
        try Data(head).write(to: shop.url("copy/index"))
        let said = try await copied("later.jpg")
        #expect(said.status == 0, "\(said.words)")
        #expect(
            words(said).contains("no entry names this file among the first \(size) of the log"),
            "\(said.output)")
        #expect(
            words(said).contains("up to the newest head known here, are not covered"),
            "\(said.output)")
    }

    @Test func aDamagedCopyIsNamed() async throws {
        try makeTemporary()
        let entries = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: shop.url("copy").path()).first {
                $0.hasPrefix("tile/entries/000.p/")
            })
        var bytes = try shop.bytes("copy/\(entries)")
        bytes[bytes.count - 1] ^= 1
        try Data(bytes).write(to: shop.url("copy/\(entries)"))
        let made = try await copied("photo.jpg", "--out", "made")
        #expect(made.status == 3 && made.output.isEmpty, "\(made.output)")
        #expect(made.words.contains(entries), "\(made.words)")
        #expect(try !shop.exists("made"))
    }

    /// The second look, and one into keys that are damaged, give the proof of the first.
    @Test func keysThatAreKeptGiveTheSameProof() async throws {
        try makeTemporary()
        let plain = try await copied("photo.jpg", "--out", "plain")
        try #require(plain.status == 0, "\(plain.words)")
        for number in 0..<2 {
            let made = try await copied(
                "photo.jpg", "--cache", "keys", "--out", "kept\(number)")
            #expect(made.status == 0, "\(made.words)")
            #expect(made.words.replacing("kept\(number)", with: "plain") == plain.words)
            #expect(made.output.replacing("kept\(number)", with: "plain") == plain.output)
            #expect(try shop.bytes("kept\(number)") == shop.bytes("plain"))
        }
        try shop.write("no cells", to: "keys/cells")
        let again = try await copied("photo.jpg", "--cache", "keys", "--out", "again")
        #expect(again.status == 0 && again.output.contains("again"), "\(again.words)")
        #expect(
            again.words.contains(
                "keys/cells: is not what was written: the keys are made anew from all entries"),
            "\(again.words)")
        #expect(try shop.bytes("again") == shop.bytes("plain"))
        try shop.write(String(repeating: "0", count: 4 << 20), to: "keys/cells")
        let large = try await copied("photo.jpg", "--cache", "keys", "--out", "large")
        #expect(large.status == 0, "\(large.words)")
        #expect(
            large.words.contains("keys/cells: is larger than 2 MiB: the keys are made anew"),
            "\(large.words)")
        let alone = try await ledger.complete(["photo.jpg", "--cache", "keys"])
        #expect(alone.status == 2, "\(alone.words)")
        #expect(alone.words.contains("--cache keeps the keys of a copy"), "\(alone.words)")
    }

    /// What the program does not replace, and what it may not read, is named with what to do.
    @Test func keysThatAreInTheWayAreNamed() async throws {
        try makeTemporary()
        let first = try await copied("photo.jpg", "--cache", "keys")
        try #require(first.status == 0, "\(first.words)")
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.url("keys").path())
        let run = try #require(names.first { $0.hasSuffix(".run") })
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o666], ofItemAtPath: shop.url("keys/\(run)").path())
        let shared = try await copied("photo.jpg", "--cache", "keys")
        #expect(shared.status == 2, "\(shared.words)")
        #expect(
            shared.words.contains("keys/\(run): cannot be read: is open to others (mode 666)"),
            "\(shared.words)")
        #expect(shared.words.contains("hint: remove it, or name another folder with --cache"))
        try FileManager.default.removeItem(at: shop.url("keys/cells"))
        try FileManager.default.createDirectory(
            at: shop.url("keys/cells"), withIntermediateDirectories: false)
        let folder = try await copied("photo.jpg", "--cache", "keys")
        #expect(folder.status == 2, "\(folder.words)")
        #expect(
            folder.words.contains(
                "keys/cells: is a folder, and in the way of a file that --cache keeps"),
            "\(folder.words)")
        #expect(folder.words.contains("hint: remove it, or name another folder with --cache"))
        try FileManager.default.removeItem(at: shop.url("keys/cells"))
        #expect(try await copied("photo.jpg", "--cache", "keys").status == 0)
    }

    /// As a script leaves it that means none; the same with the program's other variables.
    @Test func aVariableThatIsEmptyIsAsOneThatIsNotSet() async throws {
        let empty = ["TMPDIR": "", "HOME": "", "PATH": "", "https_proxy": "", "COLOPHON_CA": ""]
        let made = try await Program.run(
            "colophon", ["complete", "photo.jpg", "--trust", "trust", "--copy", "copy"],
            in: shop.folder, environment: empty)
        #expect(made.status == 0, "\(made.words)")
    }

    /// What is said to be done is about what was named.
    @Test func theHintFitsWhatWasNamed() async throws {
        try makeTemporary()
        try FileManager.default.createDirectory(
            at: shop.url("bare"), withIntermediateDirectories: false)
        let (thread, last) = ("urn:example:drop", "\(UInt64.max)")
        for (arguments, said, hint, status) in [
            (["photo.jpg", "--copy", "photo.jpg"], "not a folder", "name a folder", 2),
            (["photo.jpg", "--copy", "bare"], "no log is kept there", "name the folder of", 3),
            (["--sub", thread, "--copy", "copy", "--from", last], "behind the end", "position", 2),
            (
                ["--sub", thread, "--ledger", ledger.address, "--from", last], "behind the end",
                "position", 2
            ),
        ] as [([String], String, String, Int32)] {
            let made = try await Program.run(
                "colophon", ["complete", "--trust", "trust"] + arguments, in: shop.folder)
            #expect(made.status == status && made.words.contains(said), "\(made.words)")
            #expect(made.words.contains("hint: \(hint)"), "\(made.words)")
        }
        let nowhere = try await Program.run(
            "colophon", ["complete", "photo.jpg", "--trust", "trust", "--copy", "copy"],
            in: shop.folder, environment: ["TMPDIR": "/nonexistent"])
        #expect(nowhere.status == 2 && nowhere.words.contains("/nonexistent: "))
        #expect(nowhere.words.contains("hint: TMPDIR names another folder"), "\(nowhere.words)")
        try FileManager.default.removeItem(at: shop.url("copy/index"))
        try FileManager.default.createDirectory(
            at: shop.url("copy/index"), withIntermediateDirectories: false)
        let folder = try await copied("photo.jpg")
        #expect(folder.status == 2 && folder.words.contains("copy/index: is a folder"))
        #expect(folder.words.contains("hint: remove it, and run colophon mirror"))
    }

    @Test func whatACopyCannotProveIsSaid() async throws {
        try makeTemporary()
        for (arguments, said, status) in [
            (["photo.jpg", "--ledger", ledger.address], "--copy DIR and --ledger exclude", 2),
            (["--sample", "3"], "--sample looks at the index of a ledger", 2),
            (["photo.jpg", "--from", "9"], "--from 9 is behind the end", 2),
            (["photo.jpg", "--copy", "absent"], "absent", 2),
        ] as [([String], String, Int32)] {
            let made = try await Program.run(
                "colophon",
                ["complete", "--trust", "trust"]
                    + (arguments.contains("--copy") ? [] : ["--copy", "copy"]) + arguments,
                in: shop.folder)
            #expect(made.status == status && made.words.contains(said), "\(made.words)")
        }
        try FileManager.default.removeItem(at: shop.url("copy/index"))
        let bare = try await copied("photo.jpg")
        #expect(bare.status == 3, "\(bare.words)")
        #expect(bare.words.contains("copy: has no index head, by which alone a list is complete"))
        #expect(bare.words.contains("hint: colophon mirror copies it"))
        // The next run brings it, and the rest is there.
        #expect(try await mirror().status == 0)
        #expect(try await copied("photo.jpg").status == 0)
    }
}
