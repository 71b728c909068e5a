import Foundation
import TestSupport
import Testing

/// `colophon prove` and `colophon log`, against a ledger and a copy of it, and the files that they
/// write, checked by hand as proofs.md §8 shows it.
@Suite struct ProveCommandTests {
    private static let proofs = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas/proofs.md")

    private static let hasTools = Program.succeeds("command -v openssl base64 od sha256sum sed")

    private let shop: Workshop
    private let ledger: LedgerProcess
    private let entry: String

    /// A ledger with five works, of which the kit knows three; a static copy of it in `copy`.
    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        var entries: [String] = []
        for work in ["a", "b", "c", "d", "e"] {
            try shop.write("pixels of \(work)", to: "\(work).jpg")
            entries.append(try await shop.signWork("\(work).jpg"))
            let sent = try await ledger.colophon("submit", "\(work).jpg.colophon")
            try #require(sent.status == 0, "\(sent.words)")
            if work == "c" { try await ledger.writeKit() }
        }
        entry = entries[1]
        let exported = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "copy"], in: shop.folder)
        try #require(exported.status == 0, "\(exported.words)")
    }

    /// Runs `colophon` by the kit, at the ledger unless the arguments name a folder.
    private func run(_ arguments: String...) async throws -> Program.Outcome {
        let place = arguments.contains("copy") ? [] : ["--ledger", ledger.address]
        return try await Program.run(
            "colophon", arguments + ["--trust", "trust"] + place, in: shop.folder)
    }

    /// Runs one of the functions of proofs.md §8 on files.
    private func byHand(_ call: String) async throws -> Int32 {
        let page = try String(contentsOf: Self.proofs, encoding: .utf8)
        let section = try #require(page.components(separatedBy: "## 8. By hand").last)
        let code = section.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { $0.hasPrefix("    ") }.joined(separator: "\n")
        return try await Program.run("bash", ["-c", "\(code)\n\(call)"], in: shop.folder).status
    }

    private func verifierKey() throws -> String {
        let policy = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
        let line = try #require(policy.split(separator: "\n").first { $0.hasPrefix("log ") })
        return try #require(line.split(separator: " ").dropFirst().first.map(String.init))
    }

    // MARK: - Names and places

    /// The artifact, its record, its entry and its index are one proof, wherever it comes from.
    @Test func whateverNamesAnEntryGivesOneProof() async throws {
        let found = try await run("prove", "b.jpg", "--json")
        #expect(found.status == 0, "\(found.words)")
        let proof = try #require(found.objects.first)
        #expect(proof["entry"] as? String == entry && proof["index"] as? Int == 4)
        for (name, place) in [
            ("b.jpg.colophon", nil), ("/entries/\(entry)", nil), ("4", nil), ("b.jpg", "copy"),
            ("b.jpg.colophon", "copy"), ("/entries/\(entry)", "copy"), ("4", "copy"),
        ] as [(String, String?)] {
            let from = place.map { ["--from", $0] } ?? []
            let other = try await Program.run(
                "colophon",
                ["prove", name, "--json", "--trust", "trust"] + from
                    + (place == nil ? ["--ledger", ledger.address] : []), in: shop.folder)
            #expect(other.status == 0, "\(name): \(other.words)")
            for member in ["path", "root", "leafHash", "entry"] {
                let (one, two) = (proof[member], other.objects.first?[member])
                #expect("\(one ?? "")" == "\(two ?? "")", "\(name) \(member)")
            }
        }
    }

    /// A name that could be two things proves neither.
    @Test func aNameOfTwoThingsIsRefused() async throws {
        try shop.write("four", to: "4")
        try shop.write("an entry", to: entry)
        for name in ["4", entry] where !name.hasPrefix("-") {
            let found = try await run("prove", name)
            #expect(found.status == 2 && found.words.contains("is the name of a file"))
        }
        #expect(try await run("prove", "--index", "4").status == 0)
        #expect(try await run("prove", "--entry=\(entry)").status == 0)
        #expect(try await run("prove", "./4").status == 1)
        let size = try await run("prove", "--from", "4")
        #expect(size.status == 2 && size.words.contains("a number of entries"))
    }

    @Test func whatIsNotInTheLogEndsWithNo() async throws {
        try shop.write("other pixels", to: "x.jpg")
        for place in [["--from", "copy"], ["--ledger", ledger.address]] {
            let found = try await Program.run(
                "colophon", ["prove", "x.jpg", "--trust", "trust"] + place, in: shop.folder)
            #expect(found.status == 1 && found.output.isEmpty, "\(found.words)")
            #expect(found.words.contains("does not have an entry of the artifact"))
        }
        // Of several what is there is proven.
        let both = try await run("prove", "x.jpg", "nothere", "a.jpg", "--json")
        #expect(both.status == 1 && both.objects.count == 1, "\(both.words)")
        #expect(both.words.contains("nothere"), "\(both.words)")
        let elsewhere = try await shop.colophon(
            "prove", "4", "--trust", "trust", "--ledger", "\(ledger.address)/other")
        #expect(elsewhere.status == 3 && elsewhere.words.contains("no log is kept there"))
    }

    // MARK: - Forms

    /// The text says every hash in full, and no line is longer than a terminal is wide.
    @Test func theTextFitsATerminal() async throws {
        for arguments in [["b.jpg"], ["--from", "3", "--to", "8"], ["--from", "4"]] {
            let found = try await Program.run(
                "colophon",
                ["prove"] + arguments + ["--trust", "trust", "--ledger", ledger.address],
                in: shop.folder)
            #expect(found.status == 0, "\(found.words)")
            for line in found.output.split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
            }
        }
        let text = try await run("prove", "b.jpg").output
        let proof = try #require(try await run("prove", "b.jpg", "--json").objects.first)
        for hash in try #require(proof["path"] as? [String]) { #expect(text.contains(hash)) }
        #expect(text.hasPrefix("ENTRY 4 IS IN THE LOG \(LedgerProcess.origin)\n"), "\(text)")
    }

    @Test(.enabled(if: hasTools, "needs openssl and coreutils"))
    func aTextProofIsCheckedByHand() async throws {
        for (place, name) in [("copy", "files.proof"), (nil, "answer.proof")] {
            let from = place.map { ["--from", $0] } ?? ["--ledger", ledger.address]
            let written = try await Program.run(
                "colophon",
                ["prove", "4", "--trust", "trust", "--format", "tlog-proof", "--out", name] + from,
                in: shop.folder)
            #expect(written.status == 0 && written.output == "\(name) tlog-proof\n")
            let saved = try await run("log", "entry", "4", "--out", "\(name).entry")
            #expect(saved.status == 0, "\(saved.words)")
            let key = try verifierKey()
            #expect(try await byHand("check_inclusion \(name) \(name).entry") == 0)
            #expect(try await byHand("check_signature \(name) '\(key)'") == 0)
            try shop.write("x", to: "other.entry")
            #expect(try await byHand("check_inclusion \(name) other.entry") != 0)
            let text = String(decoding: try shop.bytes(name), as: UTF8.self)
            try shop.write(text.replacing("index 4", with: "index 5"), to: "other.proof")
            #expect(try await byHand("check_inclusion other.proof \(name).entry") != 0)
            try shop.write(text.replacing("\n8\n", with: "\n9\n"), to: "other.proof")
            #expect(try await byHand("check_signature other.proof '\(key)'") != 0)
        }
    }

    /// The receipt is one that `verify` takes from elsewhere.
    @Test func aReceiptIsOneForVerify() async throws {
        let written = try await run("prove", "e.jpg", "--format", "cose", "--out", "e.receipt")
        #expect(written.status == 0, "\(written.words)")
        let bare = try await shop.colophon(
            "sign", "e.jpg", "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "A",
            "--title", "E", "--force")
        #expect(bare.status == 0)
        let other = try await shop.colophon(
            "verify", "e.jpg", "--trust", "trust", "--receipt", "e.receipt")
        #expect(other.status != 0, "it is about another statement")
        try FileManager.default.removeItem(at: shop.url("e.jpg.colophon"))
        try FileManager.default.moveItem(
            at: shop.url("e.jpg.1.colophon"), to: shop.url("e.jpg.colophon"))
        let good = try await shop.colophon(
            "verify", "e.jpg", "--trust", "trust", "--receipt", "e.receipt")
        #expect(good.status == 0, "\(good.output)\(good.words)")
    }

    @Test func aFormThatIsNotThereSaysWhy() async throws {
        for (arguments, words) in [
            (["b.jpg", "--format", "cose", "--from", "copy"], "only the ledger signs receipts"),
            (["4", "--to", "6", "--format", "cose"], "in the tree that it serves"),
            (["--from", "3", "--format", "tlog-proof"], "is for an entry"),
            (["a.jpg", "b.jpg", "--format", "tlog-proof"], "holds one proof"),
            (["--from", "3", "--to", "6", "--format", "cose"], "and of no other"),
            (["b.jpg", "--from", "3"], "an entry is named too"), ([], "nothing is named"),
        ] {
            let place = arguments.contains("copy") ? [] : ["--ledger", ledger.address]
            let found = try await Program.run(
                "colophon", ["prove"] + arguments + ["--trust", "trust"] + place, in: shop.folder)
            #expect(found.status == 2 && found.output.isEmpty, "\(arguments)")
            #expect(found.words.contains(words), "\(found.words)")
        }
    }

    /// A file that is there stays, and the same proof again is no error.
    @Test func aFileIsNeverOverwritten() async throws {
        let arguments = ["4", "--format", "tlog-proof", "--out", "4.proof", "--from", "copy"]
        for status in ["written", "known"] {
            let found = try await Program.run(
                "colophon", ["prove", "--trust", "trust", "--json"] + arguments, in: shop.folder)
            #expect(found.status == 0, "\(found.words)")
            #expect(found.objects.first?["status"] as? String == status)
        }
        try shop.write("mine", to: "4.proof")
        let refused = try await Program.run(
            "colophon", ["prove", "--trust", "trust"] + arguments, in: shop.folder)
        #expect(refused.status == 2 && refused.words.contains("something else in it"))
        #expect(String(decoding: try shop.bytes("4.proof"), as: UTF8.self) == "mine")
    }

    // MARK: - Growth

    /// Sizes, a saved checkpoint, a record and a tlog-proof all name a head.
    @Test func whateverNamesAHeadProvesGrowth() async throws {
        let saved = try await run("log", "checkpoint", "--out", "saved")
        #expect(saved.status == 0, "\(saved.words)")
        let proof = try await run(
            "prove", "b.jpg", "--format", "tlog-proof", "--out", "b.proof")
        #expect(proof.status == 0, "\(proof.words)")
        for (name, size) in [("saved", 8), ("b.proof", 8), ("b.jpg.colophon", 5), ("3", 3)] {
            for place in [["--from", "copy"], ["--ledger", ledger.address]] {
                let found = try await Program.run(
                    "colophon",
                    ["log", "consistency", "--from", name, "--trust", "trust", "--json"] + place,
                    in: shop.folder)
                #expect(found.status == 0, "\(name): \(found.words)")
                let growth = try #require(found.objects.first)
                #expect(growth["oldSize"] as? Int == size && growth["newSize"] as? Int == 8)
            }
        }
        let receipt = try await run("prove", "--from", "3", "--format", "cose", "--out", "grown")
        #expect(receipt.status == 0, "\(receipt.words)")
        #expect(try shop.bytes("grown").starts(with: [0xD2, 0x84]))
        // Whoever is wrong is named: here the file, not the ledger.
        let forged = String(decoding: try shop.bytes("saved"), as: UTF8.self)
        try shop.write(forged.replacing("\n8\n", with: "\n7\n"), to: "forged")
        let refused = try await run("prove", "--from", "forged")
        #expect(refused.status == 1 && refused.output.isEmpty, "\(refused.words)")
        #expect(refused.words.hasPrefix("colophon: forged: its checkpoint"), "\(refused.words)")
        let behind = try await run("prove", "--from", "900")
        #expect(behind.status == 3 && behind.words.contains("no tree of 900 yet"))
    }

    /// A copy whose checkpoint somebody else signed, and one that is older than the kit.
    @Test func aCopyThatIsNotTheLogProvesNothing() async throws {
        let checkpoint = shop.url("copy/checkpoint")
        let own = try String(contentsOf: checkpoint, encoding: .utf8)
        try Data(own.replacing("\n8\n", with: "\n9\n").utf8).write(to: checkpoint)
        let forged = try await run("prove", "4", "--from", "copy")
        #expect(forged.status == 1 && forged.words.contains("does not verify"), "\(forged.words)")
        try Data(own.utf8).write(to: checkpoint)
        let tile = shop.url("copy/tile/0/000.p/8")
        var bytes = try Data(contentsOf: tile)
        bytes[40] ^= 1
        try bytes.write(to: tile)
        let damaged = try await run("prove", "4", "--from", "copy")
        #expect(damaged.status == 3 && damaged.output.isEmpty, "\(damaged.words)")
        #expect(damaged.words.contains("copy/tile/0/000.p/8"), "\(damaged.words)")
    }

    /// Two ledgers with one key: what a thief of the folder can make.
    ///
    /// The key may be newer than the kit.
    @Test(arguments: [false, true])
    func twoHeadsThatContradictEachOtherLeaveTheFileThatShowsIt(isHandedOver: Bool) async throws {
        if isHandedOver {
            let done = try await Program.run(
                "colophond", ["rotate", "note", "--data", "ledger"], in: shop.folder)
            try #require(done.status == 0, "\(done.words)")
        }
        let first = isHandedOver ? 10 : 9
        #expect(try await ledger.stop() == 0)
        let own = ["ledger", "ledger.keys", "ledger.highwater"]
        for name in own {
            try FileManager.default.copyItem(at: shop.url(name), to: shop.url("thief-\(name)"))
        }
        try await ledger.start()
        try await ledger.register("ours.jpg")
        #expect(try await run("log", "checkpoint", "--out", "ours").status == 0)
        #expect(try await ledger.stop() == 0)
        for name in own {
            try FileManager.default.removeItem(at: shop.url(name))
            try FileManager.default.moveItem(at: shop.url("thief-\(name)"), to: shop.url(name))
        }
        try await ledger.start()
        try await ledger.register("theirs.jpg")
        var seen: Set<String> = []
        for size in [first, first + 1] {
            for flags in [[], ["--from-tiles"]] {
                for command in [["prove"], ["log", "consistency"]] {
                    let forked = try await Program.run(
                        "colophon",
                        command + flags
                            + ["--from", "ours", "--trust", "trust", "--ledger", ledger.address],
                        in: shop.folder)
                    #expect(forked.status == 1 && forked.output.isEmpty, "\(forked.words)")
                    #expect(forked.words.contains("the log has signed "), "\(forked.words)")
                    #expect(
                        forked.words.contains(isHandedOver ? "--policy " : "--trust trust"),
                        "\(forked.words)")
                    let files = try FileManager.default.contentsOfDirectory(
                        atPath: shop.folder.path())
                    let proofs = files.filter {
                        $0.hasPrefix("fork-\(first)-\(size)-") && $0.hasSuffix(".misbehaviour")
                    }
                    // The same fork is shown once.
                    #expect(proofs.count == 1)
                    seen.formUnion(proofs)
                }
            }
            if size == first { try await ledger.register("theirs too.jpg") }
        }
        #expect(seen.count == 2)
        for proof in seen {
            let byKit = try await shop.colophon(
                "verify-misbehaviour", proof, "--trust", "trust")
            #expect(byKit.status == (isHandedOver ? 1 : 0), "\(byKit.output)\(byKit.words)")
            let keys = proof.replacing(".misbehaviour", with: ".policy")
            #expect(try shop.exists(keys) == isHandedOver)
            if isHandedOver {
                let byKeys = try await shop.colophon(
                    "verify-misbehaviour", proof, "--policy", keys)
                #expect(byKeys.status == 0, "\(byKeys.output)\(byKeys.words)")
            }
            // What has its name is never written over.
            try shop.write("mine", to: proof)
        }
        let again = try await run("prove", "--from", "ours")
        #expect(again.status == 1 && again.words.contains("could not be written"), "\(again.words)")
        for proof in seen {
            #expect(String(decoding: try shop.bytes(proof), as: UTF8.self) == "mine")
        }
    }

    // MARK: - Logs of others

    @Test func anyLogOfTilesIsProvenByItsKey() async throws {
        let key = try verifierKey()
        for place in [["--from", "copy"], ["--ledger", ledger.address]] {
            for command in [
                ["prove", "4", "--json"], ["prove", "--from", "3", "--json"],
                ["log", "entry", "4", "--json"], ["log", "info", "--json"],
                ["log", "checkpoint", "--json"],
            ] {
                let found = try await Program.run(
                    "colophon", command + ["--generic", "--vkey", key] + place, in: shop.folder)
                #expect(found.status == 0, "\(command): \(found.words)")
                #expect(found.objects.first?["origin"] as? String == LedgerProcess.origin)
                #expect(found.objects.first?["entry"] == nil)
            }
        }
        let other = key.replacing("+", with: "x+", maxReplacements: 1)
        let wrong = try await Program.run(
            "colophon", ["prove", "4", "--generic", "--vkey", other, "--from", "copy"],
            in: shop.folder)
        #expect(wrong.status == 2 && wrong.words.contains("is no verifier key"))
        let named = try await Program.run(
            "colophon", ["prove", "b.jpg", "--generic", "--vkey", key, "--from", "copy"],
            in: shop.folder)
        #expect(named.status == 2 && named.words.contains("is no index"), "\(named.words)")
    }

    /// A log that signs with a key of such a type would seem to be signed by nobody.
    @Test(arguments: [
        ("0x04", "\(LedgerProcess.origin)+6a7bf6ee+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"),
        ("0x05", "\(LedgerProcess.origin)+00000000+BddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"),
    ])
    func aKeyOfATypeThatIsNotVerifiedIsRefused(type: String, key: String) async throws {
        for command in [
            ["prove", "4"], ["log", "info"], ["audit", "--state", "state"],
            ["mirror", "--to", "other"],
        ] {
            let found = try await Program.run(
                "colophon", command + ["--generic", "--vkey", key, "--from", "copy"],
                in: shop.folder)
            #expect(found.status == 2 && found.words.contains(type), "\(found.words)")
        }
    }

    // MARK: - log

    @Test func aPersonIsToldWhatALogIs() async throws {
        let found = try await run("log", "info")
        #expect(found.status == 0, "\(found.words)")
        for line in found.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(found.output.hasPrefix("LOG \(LedgerProcess.origin)\n"), "\(found.output)")
        let copy = try #require(
            try await run("log", "info", "--from", "copy", "--json").objects.first)
        #expect(copy["size"] as? Int == 8)
        let serves = try #require(copy["serves"] as? [String: Bool])
        #expect(
            serves == [
                "manifests": true, "anchors": false, "control": true, "receiptKeys": true,
            ])
    }

    @Test func anEntryIsGivenOutWithItsManifest() async throws {
        for place in [["--from", "copy"], ["--ledger", ledger.address]] {
            let found = try await Program.run(
                "colophon", ["log", "entry", "4", "--json", "--trust", "trust"] + place,
                in: shop.folder)
            #expect(found.status == 0, "\(found.words)")
            #expect(found.objects.first?["entry"] as? String == entry)
            #expect(found.objects.first?["iss"] as? String == Workshop.berlin)
            let manifest = try await Program.run(
                "colophon",
                ["log", "entry", "4", "--manifest", "--json", "--trust", "trust"] + place,
                in: shop.folder)
            #expect(manifest.status == 0, "\(manifest.words)")
            let value = try #require(manifest.objects.first?["manifest"] as? [String: Any])
            #expect(value["predicateType"] is String)
        }
        let text = try await run("log", "entry", "4")
        for line in text.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let beyond = try await run("log", "entry", "900")
        #expect(beyond.status == 3 && beyond.words.contains("no entry 900 yet"), "\(beyond.words)")
    }
}
