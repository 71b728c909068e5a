import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The drills of operations.md: the ledger's own keys change while it is served, and what to do
/// when one was stolen.
@Suite struct RotationDrillTests {
    private let ledger: LedgerProcess
    private var shop: Workshop { ledger.shop }

    init() async throws {
        ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
    }

    private func rotate(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophond", ["rotate"] + arguments + ["--data", "ledger"], in: shop.folder)
    }

    private func rotation(_ arguments: String...) async throws -> [String: Any] {
        let done = try await Program.run(
            "colophond", ["rotate"] + arguments + ["--data", "ledger", "--json"],
            in: shop.folder)
        try #require(done.status == 0, "\(done.words)")
        return try #require(done.objects.first)
    }

    private func verify(_ name: String, _ kit: String) async throws -> Program.Outcome {
        try await ledger.colophon("verify", name, "--trust", kit)
    }

    /// The private keys that are there, by name.
    private func keys() throws -> [String: [UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shop.url("ledger.keys").path())
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try shop.bytes("ledger.keys/\($0)")) })
    }

    @Test func aNoteKeyChangesWhileTheLedgerIsServed() async throws {
        try await ledger.register("old.jpg")
        try await ledger.writeKit()
        try FileManager.default.moveItem(at: shop.url("trust"), to: shop.url("trust-old"))
        let before = try keys()
        // The overlap: others are told of the key before it signs.
        let prepared = try await rotate("note", "--prepare")
        #expect(prepared.status == 0 && prepared.output.contains("goes on signing"))
        #expect(try keys()["note.pem"] == before["note.pem"])
        let next = try #require(
            prepared.output.split(separator: "\n").last { $0.hasPrefix("log ") })
        try await ledger.register("between.jpg")
        let done = try await rotate("note", "--records", ".")
        #expect(done.status == 0, "\(done.words)")
        #expect(done.output.contains("\n\(next)\n") && done.output.contains("trust update"))
        // The new private key is in the place of the old one, which is gone.
        let after = try keys()
        #expect(Set(after.keys) == ["note.pem", "receipt.pem", "ledger.pem"])
        #expect(after["note.pem"] != before["note.pem"])
        #expect(after["ledger.pem"] == before["ledger.pem"])
        try await ledger.register("new.jpg")
        // Old files verify with new kits; new ones are unknown to old kits, which say what to do.
        try await ledger.writeKit()
        for name in ["old.jpg", "between.jpg", "new.jpg"] {
            let verdict = try await verify(name, "trust")
            #expect(verdict.status == 0, "\(name): \(verdict.output)")
        }
        let known = try await verify("old.jpg", "trust-old")
        #expect(known.status == 0, "\(known.output)")
        let unknown = try await ledger.colophon(
            "verify", "new.jpg", "--trust", "trust-old", "--verbose")
        #expect(unknown.status == 1 && !unknown.output.contains("FALSE"))
        #expect(unknown.output.contains("signed by no key that the kit knows"))
        #expect(unknown.output.contains("colophon trust update trust-old"))
        try await expectFollowed("trust-old")
        // Its own command mends that.
        let updated = try await ledger.colophon("trust", "update", "trust-old")
        #expect(updated.status == 0, "\(updated.words)")
        let healed = try await verify("new.jpg", "trust-old")
        #expect(healed.status == 0, "\(healed.output)")
        // The record of the handover is one like every other.
        let record = try #require(
            try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
                .first { $0.hasPrefix("log-key-") })
        let entry = try await ledger.colophon(
            "verify", "--record-only", record, "--trust", "trust")
        #expect(entry.status == 0, "\(entry.output)")
        #expect(try await ledger.stop() == 0)
        let checked = try await Program.run(
            "colophond", ["fsck", "--data", "ledger", "--signatures"], in: shop.folder)
        #expect(checked.status == 0, "\(checked.output)")
        try await ledger.start()
        try await ledger.register("later.jpg")
    }

    /// Proofs follow the handover, by the ledger's answers and by files alone; the kit stays.
    private func expectFollowed(_ kit: String) async throws {
        let exported = try await Program.run(
            "colophond", ["export", "--data", "ledger", "--out", "copy"], in: shop.folder)
        try #require(exported.status == 0, "\(exported.words)")
        let before = try shop.bytes("\(kit)/registry.cbor")
        let address = ["--ledger", ledger.address]
        let renewals = [
            (address, ledger.address), (address + ["--from-tiles"], ledger.address),
            (["--from", "copy"], "https://\(LedgerProcess.origin)"),
        ]
        for command in [
            ["prove", "new.jpg"], ["prove", "old.jpg.colophon"], ["log", "info"],
            ["log", "checkpoint"], ["log", "entry", "3"], ["log", "consistency", "--from", "4"],
        ] {
            for (place, renewal) in renewals {
                let old = try await Program.run(
                    "colophon", command + ["--trust", kit] + place, in: shop.folder)
                #expect(old.status == 0 && !old.output.isEmpty, "\(command): \(old.words)")
                let line = "renew it: colophon trust update \(kit) --ledger \(renewal)\n"
                #expect(old.words.contains(line), "\(command): \(old.words)")
            }
        }
        #expect(try shop.bytes("\(kit)/registry.cbor") == before)
        // The keys that are shown are those of now: the one that signs is among them.
        for (place, _) in renewals {
            let info = try await Program.run(
                "colophon", ["log", "info", "--json", "--trust", kit] + place, in: shop.folder)
            let log = try #require(info.objects.first)
            let signers = try #require((log["head"] as? [String: Any])?["keys"] as? [String])
            let keys = try #require(log["keys"] as? [[String: Any]])
            let newest = keys.filter { $0["lastSize"] == nil }.compactMap { $0["key"] as? String }
            #expect(keys.count > 1 && newest.count == 1)
            #expect(Set(signers).isSuperset(of: newest), "\(info.output)")
        }
        // A key alone leads to no other, and that is no failure of the network.
        let policy = String(decoding: try shop.bytes("\(kit)/policy"), as: UTF8.self)
        let line = try #require(policy.split(separator: "\n").first { $0.hasPrefix("log ") })
        let alone = try await Program.run(
            "colophon",
            ["log", "info", "--vkey", String(line.dropFirst(4)), "--ledger", ledger.address],
            in: shop.folder)
        #expect(alone.status == 1 && alone.output.isEmpty, "\(alone.words)")
        #expect(alone.words.contains("is signed by no key that is known here"))
        let nobody = try await Program.run(
            "colophon", ["log", "info", "--trust", kit, "--ledger", "http://127.0.0.1:1"],
            in: shop.folder)
        #expect(nobody.status == 3 && nobody.output.isEmpty, "\(nobody.words)")
    }

    /// Server and command are killed while a key is handed over; the command is run again, once
    /// while nobody serves and once while somebody does.
    @Test(
        .timeLimit(.minutes(Patience.minutes)),
        arguments: ["note", "receipt", "ledger"], [false, true])
    func aKeyIsHandedOverOnceThoughAllIsKilled(which: String, isServed: Bool) async throws {
        try await ledger.register("old.jpg")
        let size = try #require(try await ledger.size())
        let killed = try RunningProgram(
            "colophond", ["rotate", which, "--data", "ledger"], in: shop.folder)
        // At once, or after its first sign in the folder of the keys.
        if isServed {
            try await eventually("the key is being handed over") {
                try !killed.isRunning || keys().keys.contains("\(which).next.pem")
            }
        }
        try await ledger.crash()
        _ = try await killed.end(by: SIGKILL)
        if isServed { try await ledger.start() }
        let done = try await rotation(which)
        let again = try await rotation(which)
        #expect(again["status"] as? String == "known")
        #expect(again["entry"] as? String == done["entry"] as? String)
        #expect(again["index"] as? Int == size)
        if !isServed { try await ledger.start() }
        #expect(try await ledger.size() == size + 1)
        #expect(try Set(keys().keys) == ["note.pem", "receipt.pem", "ledger.pem"])
        try await ledger.register("new.jpg")
        try await ledger.writeKit()
        for name in ["old.jpg", "new.jpg"] {
            #expect(try await verify(name, "trust").status == 0)
        }
    }

    @Test func aStolenNoteKeyMakesItsReceiptsSuspectUntilNewerOnesAreThere() async throws {
        try await ledger.register("photo.jpg")
        let prepared = try await rotation("note", "--prepare")
        let lying = try #require(prepared["new"] as? String)
        let done = try await rotate("note", "--suspect-from", "1")
        #expect(done.status == 0, "\(done.words)")
        // The thief may have the key that lay beside the stolen one.
        #expect(done.output.contains("is removed unused"))
        #expect(done.output.contains("log \(lying)\n") && !done.output.contains("new    \(lying)"))
        #expect(done.output.contains("colophon refresh"))
        try await ledger.writeKit()
        let suspect = try await verify("photo.jpg", "trust")
        #expect(suspect.status == 1, "\(suspect.output)")
        #expect(suspect.output.contains("SUSPECT: a key of the ledger was stolen"))
        let hint = "hint: colophon refresh photo.jpg.colophon --trust trust --ledger "
        #expect(suspect.output.contains(hint + ledger.address), "\(suspect.output)")
        let object = try await ledger.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--json")
        #expect(object.objects.first?["outcome"] as? String == "suspect")
        // The ledger has the entry still, and signs that with the new key.
        let entry = try #require(object.objects.first?["entry"] as? String)
        let url = try #require(URL(string: "\(ledger.address)/entries/\(entry)"))
        let (receipt, _) = try await URLSession.shared.data(from: url)
        try receipt.write(to: shop.url("fresh.receipt"))
        let healed = try await ledger.colophon(
            "verify", "photo.jpg", "--trust", "trust", "--receipt", "fresh.receipt")
        #expect(healed.status == 0, "\(healed.output)")
        let refreshed = try await ledger.colophon(
            "refresh", "photo.jpg.colophon", "--trust", "trust")
        #expect(refreshed.status == 0, "\(refreshed.words)")
        #expect(try await verify("photo.jpg", "trust").status == 0)
        let shown = try await ledger.colophon("trust", "show", "trust")
        #expect(shown.output.contains("stolen    note: sizes 1 to"), "\(shown.output)")
        // Suspect were the heads of before, so a second time there is nothing to do.
        let again = try await rotate("note", "--suspect-from", "1")
        #expect(again.output.contains("was handed over before"))
    }

    @Test func whatCannotBeAskedIsRefusedAndChangesNothing() async throws {
        let before = try keys()
        let size = try await ledger.size()
        for arguments in [
            ["note", "--suspect-from", "0"], ["note", "--suspect-from", "99"],
            ["ledger", "--suspect-from", "1"], ["note", "--prepare", "--again"], ["recovery"],
            ["note", "--records", "nowhere"],
        ] {
            let refused = try await Program.run(
                "colophond", ["rotate"] + arguments + ["--data", "ledger"], in: shop.folder)
            #expect(refused.status == 2, "\(arguments): \(refused.words)")
        }
        #expect(try keys() == before)
        #expect(try await ledger.size() == size)
    }
}
