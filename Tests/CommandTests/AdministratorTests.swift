import Foundation
import Testing
import TestSupport

/// What an administrator does with a ledger, and what is left of it for the day of a disaster.
@Suite(.serialized) struct AdministratorTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    /// The names in the folder that begin so.
    private func names(_ start: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.folder.path())
            .filter { $0.hasPrefix(start) }.sorted()
    }

    // MARK: - Records

    /// Whatever happened since the backup, those who did it have what brings it back.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func theRecordsOfEverybodyBringALedgerBack() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await colophond("backup", "--data", "ledger", "--to", "backups").status == 0)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("pixels", to: "photo.jpg")
        try await shop.signWork("photo.jpg")
        #expect(try await ledger.colophon("submit", "photo.jpg.colophon").status == 0)
        let revoked = try await ledger.colophon(
            "key", "revoke", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--origin",
            LedgerProcess.origin, "--records", "records", "--json")
        #expect(revoked.status == 0, "\(revoked.words)")
        let record = try #require(revoked.objects.first?["record"] as? String)
        #expect(record.hasPrefix("records/key-revoke-") && record.hasSuffix(".colophon"))
        let size = try #require(try await ledger.size())
        #expect(try await ledger.stop() == 0)
        try FileManager.default.moveItem(at: shop.url("ledger"), to: shop.url("lost"))

        let old = try await colophond("restore", "--from", "backups", "--data", "ledger")
        #expect(old.status == 1)
        #expect(old.words.contains("entries 2 to 4 are missing"), "\(old.words)")
        // What comes later has to wait for what comes first, and that is said.
        let late = try await colophond(
            "restore", "--data", "ledger", "--entries-from", "photo.jpg.colophon", "records")
        #expect(late.status == 1)
        #expect(
            late.words.contains("have entry 3, but not entry 2, which comes first"),
            "\(late.words)")
        let added = try names("key-add-")
        #expect(added.count == 1)
        let back = try await Program.run(
            "colophond",
            ["restore", "--data", "ledger", "--entries-from", "photo.jpg.colophon", "records"]
                + added, in: shop.folder)
        #expect(back.status == 0, "\(back.words)")
        #expect(try await colophond("fsck", "--data", "ledger", "--signatures").status == 0)
        try await ledger.start()
        #expect(try await ledger.size() == size)
    }

    @Test func aRecordThatCannotBeKeptIsSaidAndTheChangeIsLogged() async throws {
        let ledger = try await LedgerProcess(in: shop)
        try shop.write("", to: "taken")
        let command = [
            "key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer",
            Workshop.berlin, "--origin", LedgerProcess.origin, "--ledger", ledger.address,
        ]
        let unwritten = try await Program.run(
            "colophon", command + ["--records", "taken"], in: shop.folder)
        #expect(unwritten.status == 2)
        #expect(unwritten.output.contains(" add "))
        #expect(unwritten.words.contains("the change is in the log"), "\(unwritten.words)")
        // Run again, it finds the entry and writes what is missing.
        let again = try await Program.run("colophon", command + ["--json"], in: shop.folder)
        #expect(again.status == 0, "\(again.words)")
        #expect(again.objects.first?["status"] as? String == "known")
        let record = try #require(again.objects.first?["record"] as? String)
        let bytes = try shop.bytes(record)
        #expect(try await Program.run("colophon", command, in: shop.folder).status == 0)
        #expect(try shop.bytes(record) == bytes)
    }

    // MARK: - Policy and keys

    @Test func aPolicyThatWasReadIsTakenBack() async throws {
        let ledger = try await LedgerProcess(in: shop)
        let read = try await ledger.colophon("policy", "get")
        #expect(read.status == 0, "\(read.words)")
        #expect(read.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        try shop.write(read.output, to: "policy.json")
        func set() async throws -> Program.Outcome {
            try await ledger.colophon(
                "policy", "set", "--admin", "admin.pem", "--policy", "policy.json", "--origin",
                LedgerProcess.origin)
        }
        let same = try await set()
        #expect(same.status == 0 && same.words.contains("that is so already"), "\(same.words)")
        let other = read.output.replacing("86400", with: "3600")
        #expect(other != read.output)
        try shop.write(other, to: "policy.json")
        let changed = try await set()
        #expect(changed.status == 0)
        let time = "  times       at most 3600 s ahead, in the place of 86400 s\n"
        #expect(changed.words.contains(time), "\(changed.words)")
        // What stays as it is stands in no line.
        #expect(changed.words.components(separatedBy: "at most").count == 2, "\(changed.words)")
        var tight = other
        for (old, new) in [("262144", "1000"), ("8192", "4000"), ("64", "8")] {
            tight = tight.replacing(": \(old)", with: ": \(new)")
        }
        try shop.write(tight, to: "policy.json")
        let limited = try await set()
        #expect(limited.status == 0, "\(limited.words)")
        for line in [
            "  manifests   at most 1000 bytes, in the place of 262144 bytes\n",
            "  statements  at most 4000 bytes, in the place of 8192 bytes\n",
            "  subjects    at most 8 in a manifest, in the place of 64\n",
        ] {
            #expect(limited.words.contains(line), "\(limited.words)")
        }
        let now = try await ledger.colophon("policy", "get", "--json")
        #expect(now.objects.first?["maxAhead"] as? Int == 3600)
        let foreign = try await ledger.colophon("policy", "get", "--origin", "other.example/log")
        #expect(foreign.status == 1 && foreign.output.isEmpty)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func keysAreListedWithStateAndUse() async throws {
        let ledger = try await LedgerProcess(in: shop)
        _ = try await shop.colophon("keygen", "--out", "second.pem")
        try await ledger.add("berlin", issuer: Workshop.berlin)
        // Two keys of one issuer: each has its own entries.
        try await ledger.add("second", issuer: Workshop.berlin)
        for name in ["a.jpg", "b.jpg"] {
            try shop.write(name, to: name)
            try await shop.signWork(name)
        }
        let sent = try await ledger.colophon("submit", "a.jpg.colophon", "b.jpg.colophon")
        #expect(sent.status == 0, "\(sent.words)")
        _ = try await ledger.colophon(
            "key", "revoke", "--admin", "admin.pem", "--key", "second.pub.pem", "--origin",
            LedgerProcess.origin, "--suspect-from", "3")
        // Lists are written behind the entries.
        let lines = try await eventually("both entries are listed") {
            let list = try await ledger.colophon("key", "list", "--json")
            try #require(list.status == 0, "\(list.words)")
            let entries = list.objects.compactMap { $0["entries"] as? Int }
            return entries.sorted() == [0, 2, 3] ? list.objects : nil
        }
        let states = lines.compactMap { $0["state"] as? String }
        #expect(states.sorted() == ["added", "added", "revoked"])
        let berlin = try #require(lines.first { $0["entries"] as? Int == 2 })
        #expect(berlin["lastEntry"] as? Int == 5)
        #expect(berlin["changedAt"] as? Int == 2)
        #expect(berlin["lastUsed"] is String)
        let second = try #require(lines.first { $0["state"] as? String == "revoked" })
        #expect(second["suspectFrom"] as? Int == 3)
        let words = try await ledger.colophon("key", "list")
        #expect(words.output.contains("revoked, suspect from tree size 3, by entry 6"))
        #expect(words.output.contains("no entry"))
        // A later one lowers the size; the entry is the first, as verify says it.
        let lowered = try await ledger.colophon(
            "key", "revoke", "--admin", "admin.pem", "--key", "second.pub.pem", "--origin",
            LedgerProcess.origin, "--suspect-from", "2")
        #expect(lowered.status == 0, "\(lowered.words)")
        let later = try await ledger.colophon("key", "list", "--json")
        let twice = try #require(later.objects.first { $0["state"] as? String == "revoked" })
        #expect(twice["suspectFrom"] as? Int == 2 && twice["changedAt"] as? Int == 6)
        let laterWords = try await ledger.colophon("key", "list")
        #expect(laterWords.output.contains("revoked, suspect from tree size 2, by entry 6"))
        #expect(words.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    // MARK: - What cannot be undone

    @Test func whatIsErasedIsShownBeforeAndNotErasedAgain() async throws {
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("pixels", to: "photo.jpg")
        let entry = try await shop.signWork("photo.jpg")
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        func erase(_ reason: String) async throws -> Program.Outcome {
            try await ledger.colophon(
                "erase", "--entry=\(entry)", "--admin", "admin.pem", "--reason", reason,
                "--authority", "GDPR Art. 17", "--origin", LedgerProcess.origin)
        }
        let first = try await erase("asked for")
        #expect(first.status == 0, "\(first.words)")
        let shown = first.words.split(separator: "\n").map(String.init)
        #expect(shown.contains("  title       \"Estuary\""), "\(first.words)")
        #expect(shown.contains { $0.contains(entry) })
        #expect(shown.contains("the manifest of these entries goes:"), "\(first.words)")
        #expect(shown.contains("erase at \(LedgerProcess.origin):"), "\(first.words)")
        #expect(shown.contains { $0.hasPrefix("  backups ") })
        let size = try await ledger.size()
        let again = try await erase("asked for")
        #expect(again.status == 0 && again.output == first.output, "\(again.words)")
        let other = try await erase("another reason")
        #expect(other.status == 1)
        // Nothing goes any more, so no plan is shown.
        for outcome in [again, other] {
            #expect(!outcome.words.contains("manifest of these entries goes"), "\(outcome.words)")
            #expect(!outcome.words.contains("erase at"), "\(outcome.words)")
        }
        #expect(other.words.contains("is erased already"), "\(other.words)")
        #expect(other.words.contains("asked for"))
        #expect(try await ledger.size() == size)
    }

    /// Nobody is at a terminal here: the plan is shown, and the command goes on.
    @Test(arguments: [[], ["--yes"]])
    func aRevocationSaysWhatItWillDo(flags: [String]) async throws {
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let command = [
            "key", "revoke", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--origin",
            LedgerProcess.origin, "--ledger", ledger.address, "--reason", "laptop stolen",
        ]
        let done = try await Program.run("colophon", command + flags, in: shop.folder)
        #expect(done.status == 0, "\(done.words)")
        #expect(done.words.contains("revoke a key at \(LedgerProcess.origin):"))
        #expect(done.words.contains("  effect      nothing that it signs is admitted any more"))
        #expect(done.words.contains("\"laptop stolen\""))
    }

    /// On a terminal the person is asked, and a no signs nothing.
    @Test(.enabled(if: Program.isInstalled("script")))
    func onATerminalANoSignsNothing() async throws {
        let ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let size = try await ledger.size()
        let program = try Program.url("colophon").path()
        let command =
            "\(program) key revoke --admin admin.pem --key berlin.pub.pem --ledger "
            + "\(ledger.address) --origin \(LedgerProcess.origin)"
        let refused = try await Program.run(
            "script", ["-qec", command, "/dev/null"], in: shop.folder, input: "n\n")
        #expect(refused.status == 1, "\(refused.output)")
        #expect(refused.output.contains("Go on? [y/N]"), "\(refused.output)")
        #expect(refused.output.contains("nothing was signed"), "\(refused.output)")
        #expect(try await ledger.size() == size)
        let agreed = try await Program.run(
            "script", ["-qec", command, "/dev/null"], in: shop.folder, input: "y\n")
        #expect(agreed.status == 0, "\(agreed.output)")
        #expect(try await ledger.size() == size.map { $0 + 1 })
    }

    // MARK: - Many at once

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func administratorsAtTheSameTimeAllGetTheirTurn() async throws {
        let ledger = try await LedgerProcess(in: shop)
        let count = 14
        for number in 0..<count {
            _ = try await shop.colophon("keygen", "--out", "k\(number).pem")
        }
        try await withThrowingTaskGroup(of: Program.Outcome.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await ledger.colophon(
                        "key", "add", "--admin", "admin.pem", "--key", "k\(number).pub.pem",
                        "--issuer", "https://pops.example/\(number)", "--origin",
                        LedgerProcess.origin)
                }
            }
            for try await outcome in group {
                #expect(outcome.status == 0 || outcome.status == 3, "\(outcome.words)")
            }
        }
        let added = try names("key-add-").count
        #expect(try await ledger.size() == 2 + added)
        #expect(added > 0)
    }

    // MARK: - Another user

    /// Somebody else's ledger is not a missing one, and waiting does not help.
    @Test(
        .enabled(
            if: Program.succeeds("test \"$(id -u)\" = 0 && command -v setpriv"),
            "needs root and setpriv"),
        arguments: [
            "serve --data own/ledger --listen 127.0.0.1:0", "fsck --data own/ledger",
            "backup --data own/ledger --to b", "export --data own/ledger --out e",
            "trust-kit --data own/ledger --out k", "restore --data own/ledger",
            "backups list --to own/backups", "backups check --to own/backups",
        ])
    func whatMayNotBeLookedAtIsNotCalledAbsent(command: String) async throws {
        _ = try await shop.colophon("keygen", "--out", "admin.pem")
        try FileManager.default.createDirectory(
            at: shop.url("own"), withIntermediateDirectories: false)
        for made in [
            ["init", "--data", "own/ledger", "--origin", "a.example", "--admin", "admin.pub.pem"],
            ["backup", "--data", "own/ledger", "--to", "own/backups"],
        ] {
            let outcome = try await Program.run("colophond", made, in: shop.folder)
            try #require(outcome.status == 0, "\(outcome.words)")
        }
        try shop.setPermissions(0o755, ".")
        try shop.setPermissions(0o700, "own")
        let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await Program.run(
            "setpriv", nobody + [Program.url("colophond").path()] + words, in: shop.folder)
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains("permission denied"), "\(outcome.words)")
        #expect(!outcome.words.contains("colophond init"), "\(outcome.words)")
    }

    // MARK: - Copies

    @Test func backupsAreListedAndCheckedToTheLastByte() async throws {
        let ledger = try await LedgerProcess(in: shop)
        for _ in 0..<2 {
            #expect(
                try await colophond("backup", "--data", "ledger", "--to", "backups").status == 0)
        }
        let list = try await colophond("backups", "list", "--to", "backups", "--json")
        #expect(list.objects.compactMap { $0["backup"] as? Int } == [1, 2], "\(list.words)")
        let whole = try await colophond("backups", "check", "--to", "backups")
        #expect(whole.status == 0 && whole.output == "backup 1: whole\nbackup 2: whole\n")
        // One bit of one file that only the second backup has.
        let own = shop.url("backups/private/2")
        let names = try FileManager.default.contentsOfDirectory(atPath: own.path()).sorted()
        let file = own.appending(path: try #require(names.first { $0.hasPrefix("MANIFEST") }))
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        let damaged = try await colophond("backups", "check", "--to", "backups")
        #expect(damaged.status == 1)
        #expect(damaged.output == "backup 1: whole\n")
        #expect(damaged.words.contains(file.lastPathComponent), "\(damaged.words)")
        let one = try await colophond("backups", "check", "--to", "backups", "--backup", "1")
        #expect(one.status == 0)
        for (missing, words) in [
            (["--to", "nowhere"], "nowhere: there is no such folder"),
            (["--to", "backups", "--backup", "7"], "has no backup 7"),
        ] {
            let outcome = try await Program.run(
                "colophond", ["backups", "check"] + missing, in: shop.folder)
            #expect(outcome.status == 2, "\(outcome.words)")
            #expect(outcome.words.contains(words), "\(outcome.words)")
        }
        let nowhere = try await colophond("backups", "list", "--to", "nowhere")
        #expect(nowhere.status == 2)
        #expect(nowhere.words.contains("nowhere: there is no such folder"), "\(nowhere.words)")
        #expect(try await ledger.stop() == 0)
    }

    /// What happens to a file of the first backup.
    struct Loss: CustomTestStringConvertible {
        /// The folder, and the beginning of the file's name.
        let folder: String
        let name: String

        /// Whether half of the file is left.
        let isHalf: Bool

        /// Whether the list says that the backup is incomplete; sizes are for the check alone.
        var isListed: Bool { !isHalf || folder == "meta" }

        /// Whether the second backup has the file too.
        var isShared: Bool { folder == "shared_checksum" }

        var testDescription: String { "\(folder)/\(name) \(isHalf ? "shortened" : "removed")" }
    }

    /// RocksDB passes over a backup that has lost a file; whoever looks after backups must not.
    @Test(arguments: [
        Loss(folder: "private/1", name: "CURRENT", isHalf: false),
        Loss(folder: "private/1", name: "OPTIONS", isHalf: false),
        Loss(folder: "private/1", name: "MANIFEST", isHalf: true),
        Loss(folder: "shared_checksum", name: "0", isHalf: false),
        Loss(folder: "shared_checksum", name: "0", isHalf: true),
        Loss(folder: "meta", name: "1", isHalf: true),
    ])
    func aBackupThatHasLostAFileIsNotCalledWhole(_ loss: Loss) async throws {
        try await makeTwoBackups()
        let folder = shop.url("backups/\(loss.folder)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        let name = try #require(names.first { $0.hasPrefix(loss.name) })
        let file = folder.appending(path: name)
        if loss.isHalf {
            let bytes = try Data(contentsOf: file)
            try bytes.prefix(bytes.count / 2).write(to: file)
        } else {
            try FileManager.default.removeItem(at: file)
        }
        let list = try await colophond("backups", "list", "--to", "backups")
        #expect(list.status == 0, "\(list.words)")
        let lines = list.output.split(separator: "\n")
        try #require(lines.count == 2, "\(list.output)")
        let isSecondListed = loss.isListed && loss.isShared
        #expect((lines[0] == "backup 1  incomplete") == loss.isListed, "\(list.output)")
        #expect((lines[1] == "backup 2  incomplete") == isSecondListed, "\(list.output)")
        let objects = try await colophond("backups", "list", "--to", "backups", "--json").objects
        #expect(objects.compactMap { $0["backup"] as? Int } == [1, 2])
        #expect((objects.first?["incomplete"] as? Bool == true) == loss.isListed)
        let check = try await colophond("backups", "check", "--to", "backups")
        #expect(check.status == 1, "\(check.words)")
        #expect(check.output == (loss.isShared ? "" : "backup 2: whole\n"), "\(check.output)")
        #expect(check.words.contains("colophond: backup 1: "), "\(check.words)")
        #expect(check.words.contains(name), "\(check.words)")
        let one = try await colophond("backups", "check", "--to", "backups", "--backup", "1")
        #expect(one.status == 1, "\(one.words)")
        let other = try await colophond("backups", "check", "--to", "backups", "--backup", "2")
        #expect(other.status == (loss.isShared ? 1 : 0), "\(other.words)")
    }

    /// Makes a ledger in `ledger` and two backups of it in `backups`.
    private func makeTwoBackups() async throws {
        _ = try await shop.colophon("keygen", "--out", "admin.pem")
        let made = try await colophond(
            "init", "--data", "ledger", "--origin", "a.example", "--admin", "admin.pub.pem")
        try #require(made.status == 0, "\(made.words)")
        for number in 1...2 {
            let taken = try await colophond("backup", "--data", "ledger", "--to", "backups")
            try #require(taken.status == 0, "\(taken.words)")
            let counted = number == 1 ? ", 1 backup in backups\n" : ", 2 backups in backups\n"
            #expect(taken.output.hasPrefix("backup \(number): 2 entries, "), "\(taken.output)")
            #expect(taken.output.contains(" bytes; the folder grew by "), "\(taken.output)")
            #expect(taken.output.hasSuffix(counted), "\(taken.output)")
        }
    }

    /// A path that nobody can make ends the request, not the server that was asked.
    @Test(arguments: ["backup --to", "export --out"])
    func aPathBelowALinkToNothingEndsNothingButTheCommand(command: String) async throws {
        let ledger = try await LedgerProcess(in: shop)
        for (name, target) in [("dangling", "nowhere/at/all"), ("ring", "ring")] {
            try FileManager.default.createSymbolicLink(
                atPath: shop.url(name).path(), withDestinationPath: target)
            let words = command.split(separator: " ").map(String.init)
            for path in [name, "\(name)/below", "\(name)/far/below"] {
                let outcome = try await Program.run(
                    "colophond", [words[0], "--data", "ledger", words[1], path],
                    in: shop.folder)
                #expect(outcome.status == 2, "\(path): \(outcome.words)")
                #expect(outcome.words.contains(name), "\(outcome.words)")
                #expect(try await ledger.size() == 2)
            }
        }
        #expect(try await ledger.stop() == 0)
    }
}
