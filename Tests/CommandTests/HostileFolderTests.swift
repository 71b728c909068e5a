import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Folders that others can write to, as the programs meet them: nothing outside is read, written,
/// removed or changed, nothing hangs, and the ledger goes on.
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct HostileFolderTests {
    private let shop: Workshop
    private let attacker: Attacker

    init() async throws {
        shop = try await Workshop()
        attacker = Attacker(shop: shop)
    }

    private func colophond(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder)
    }

    private func backup() async throws -> Program.Outcome {
        try await colophond("backup", "--data", "ledger", "--to", "backups")
    }

    private func export(_ out: String = "export") async throws -> Program.Outcome {
        try await colophond("export", "--data", "ledger", "--out", out)
    }

    /// Refused in words, or done right: never killed, never in silence.
    private func expectAnAnswer(_ outcome: Program.Outcome, _ attack: String) {
        #expect([0, 1, 2, 3].contains(outcome.status), "\(attack): \(outcome.status)")
        #expect(outcome.status == 0 || outcome.words.contains("colophond: "), "\(attack)")
    }

    // MARK: - Backups

    @Test func linksInAFolderOfBackupsDestroyNothing() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await backup().status == 0)
        try attacker.copy("backups", to: "whole")
        try attacker.makeFolder("precious")
        try shop.write("precious", to: "precious/000001.sst")
        let store = shop.url("ledger").path()
        let key = shop.url("ledger.keys/note.pem").path()
        let attacks: [(String, String)] = [
            ("shared_checksum", store), ("meta", store), ("private", store),
            ("private/1", store), ("private/2", store), ("shared", store), ("LEDGER", key),
            ("LEDGER.tmp", key), ("meta/1", key), ("meta/2", key), ("meta/2.tmp", key),
            ("meta/1.tmp", shop.url("precious/000001.sst").path()),
            ("shared_checksum/000001.sst", key),
            ("shared_checksum", shop.url("precious").path()),
        ]
        let secrets = try attacker.picture(of: "ledger.keys", "precious")
        for (name, target) in attacks {
            try attacker.copy("whole", to: "backups")
            try attacker.link("backups/\(name)", to: target)
            let outcome = try await backup()
            expectAnAnswer(outcome, name)
            #expect(try attacker.picture(of: "ledger.keys", "precious") == secrets, "\(name)")
            #expect(try isThere(store + "/CURRENT"), "\(name)")
            let restored = try await colophond("restore", "--from", "backups", "--data", "other")
            expectAnAnswer(restored, name)
            try? FileManager.default.removeItem(at: shop.url("other"))
            try? FileManager.default.removeItem(at: shop.url("other.highwater"))
        }
        // The whole folder may be a link: to the store, or to what holds it.
        for target in [store, shop.folder.path()] {
            try? FileManager.default.removeItem(at: shop.url("backups"))
            try attacker.link("backups", to: target)
            #expect([2, 3].contains(try await backup().status))
        }
        try FileManager.default.removeItem(at: shop.url("backups"))
        #expect(try await backup().status == 0)
        #expect(try await colophond("fsck", "--data", "ledger").status == 0)
        #expect(try await ledger.stop() == 0)
        #expect(try await colophond("fsck", "--data", "ledger").status == 0)
        #expect(try attacker.picture(of: "ledger.keys", "precious") == secrets)
    }

    @Test func whatIsNoFileInAFolderOfBackupsIsRefusedAtOnce() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await backup().status == 0)
        #expect(try await ledger.stop() == 0)
        try attacker.copy("backups", to: "whole")
        let shared = try #require(
            try FileManager.default.contentsOfDirectory(
                atPath: shop.url("whole/shared_checksum").path()
            ).first)
        let privates = try #require(
            try FileManager.default.contentsOfDirectory(
                atPath: shop.url("whole/private/1").path()
            ).first)
        for name in [
            "LEDGER", "meta/1", "meta/7", "private/1/\(privates)", "shared_checksum/\(shared)",
        ] {
            for make in [attacker.makePipe, attacker.makeSparse, { try attacker.makeFolder($0) }] {
                try attacker.copy("whole", to: "backups")
                try? FileManager.default.removeItem(at: shop.url("backups/\(name)"))
                try make("backups/\(name)")
                let restored = try await colophond(
                    "restore", "--from", "backups", "--data", "other")
                #expect(restored.status == 2, "\(name): \(restored.words)")
                #expect(try !shop.exists("other") && !shop.exists("other.restoring"), "\(name)")
                #expect([2, 3].contains(try await backup().status), "\(name)")
            }
        }
        // A list of files may name one that nobody has looked at.
        try attacker.copy("whole", to: "backups")
        let meta = String(decoding: try shop.bytes("backups/meta/1"), as: UTF8.self)
        try shop.write(meta + "000099.log crc32 0\n", to: "backups/meta/1")
        try attacker.makePipe("backups/000099.log")
        let named = try await colophond("restore", "--from", "backups", "--data", "other")
        #expect(named.status == 2, "\(named.words)")
    }

    @Test func aBackupIsItsOwnersAloneWhoeverTakesItAndWhateverTheUmask() async throws {
        let ledger = try await LedgerProcess(in: shop)
        for (round, mask) in ["000", "077", "022"].enumerated() {
            if round == 1 { #expect(try await ledger.stop() == 0) }
            for (command, folder, file, deep) in [
                ("backup --data ledger --to backups", "backups", 0o600, 0o700),
                ("export --data ledger --out export", "export", 0o644, 0o755),
            ] {
                try? FileManager.default.removeItem(at: shop.url(folder))
                let program = try Program.url("colophond").path()
                let made = try await Program.run(
                    "sh", ["-c", "umask \(mask); exec '\(program)' \(command)"], in: shop.folder)
                #expect(made.status == 0, "\(made.words)")
                for (path, state) in try attacker.picture(of: folder) {
                    let isFolder = state.contains("NSFileTypeDirectory")
                    let mode = Int(state.split(separator: " ").first ?? "")
                    #expect(mode == (isFolder ? deep : file), "\(path), umask \(mask)")
                }
            }
        }
    }

    // MARK: - Exports

    @Test func whatOthersPutIntoAnExportHarmsNothingAndHoldsNothingUp() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await export().status == 0)
        try attacker.copy("export", to: "whole")
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let key = shop.url("ledger.keys/note.pem").path()
        let secrets = try attacker.picture(of: "ledger.keys")
        let names = [
            "checkpoint", "checkpoint.tmp", "checkpoint.previous", "control", "control.tmp",
            "tile", "tile/0", "tile/0/000.p", "tile/0/000.p/3", "tile/entries", "manifests",
            "tile/entries/000.p/3", "manifests/000.p", ".well-known", ".well-known/scitt-keys",
        ]
        for name in names {
            let target = name.contains("tile") && !name.hasSuffix("3") ? "ledger.keys" : key
            let attacks: [(String) throws -> Void] = [
                { try attacker.link($0, to: target == key ? key : shop.url(target).path()) },
                { try attacker.link($0, to: shop.url("ledger.highwater").path()) },
                attacker.makePipe, attacker.makeSparse,
                { name in
                    try? FileManager.default.removeItem(at: shop.url(name))
                    try attacker.makeFolder(name)
                },
            ]
            for attack in attacks {
                try attacker.copy("whole", to: "export")
                try attack("export/\(name)")
                expectAnAnswer(try await export(), name)
                #expect(try attacker.picture(of: "ledger.keys") == secrets, "\(name)")
                #expect(try shop.permissions("ledger.highwater") == 0o600, "\(name)")
            }
        }
        // The server that met all of it serves on, writes a clean export, and stops when told.
        #expect(try await export("clean").status == 0)
        #expect(try await ledger.size() == 3)
        #expect(try await ledger.stop() == 0)
        #expect(try await colophond("fsck", "--data", "ledger").words.contains("nothing is wrong"))
        for make in [attacker.makePipe, attacker.makeSparse] {
            for name in ["checkpoint", "tile/entries/000.p/3"] {
                try attacker.copy("clean", to: "export")
                try make("export/\(name)")
                let read = try await colophond(
                    "restore", "--data", "ledger", "--entries-from", "export")
                expectAnAnswer(read, name)
            }
        }
    }

    // MARK: - What a person names, and what lies beside the store

    @Test func aPipeOrADeviceIsNoFileWhereverOneIsNamed() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await ledger.stop() == 0)
        try attacker.makePipe("pipe")
        for path in ["pipe", "/dev/zero"] {
            for arguments in [
                ["init", "--data", "new", "--origin", "a.example", "--admin", path],
                ["init", "--data", "new", "--origin", "a.example", "--admin", "admin.pub.pem"]
                    + ["--recovery", path],
                ["restore", "--data", "ledger", "--entries-from", path],
                ["restore", "--data", "ledger", "--checkpoint", path],
                ["fsck", "--data", "ledger", "--config", path],
                ["fsck", "--data", path], ["backup", "--data", "ledger", "--to", path],
                ["export", "--data", "ledger", "--out", path],
                ["restore", "--from", path, "--data", "other"],
                ["serve", "--data", "ledger", "--tls-cert", path, "--tls-key", path],
            ] {
                let outcome = try await Program.run("colophond", arguments, in: shop.folder)
                #expect([2, 3].contains(outcome.status), "\(arguments): \(outcome.words)")
            }
        }
        #expect(try !shop.exists("new") && !shop.exists("other"))
        for name in ["ledger.highwater", "ledger.keys/note.pem", "ledger.keys/receipt.pem"] {
            try attacker.copy(name, to: "kept")
            for make in [attacker.makePipe, attacker.makeSparse, { try attacker.makeFolder($0) }] {
                try FileManager.default.removeItem(at: shop.url(name))
                try make(name)
                let outcome = try await colophond(
                    "serve", "--data", "ledger", "--listen", "127.0.0.1:0")
                #expect(outcome.status == 2, "\(name): \(outcome.words)")
            }
            try attacker.copy("kept", to: name)
        }
        #expect(try await colophond("fsck", "--data", "ledger").status == 0)
    }

    @Test func keysAndFoldersThatOthersMayChangeAreRefused() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await ledger.stop() == 0)
        for (name, modes) in [
            ("ledger.keys/note.pem", [0o620, 0o602, 0o640, 0o604]),
            ("ledger.keys", [0o777, 0o720, 0o702, 0o1777]), ("ledger", [0o777, 0o720, 0o1777]),
            ("ledger.highwater", [0o620, 0o602]),
        ] {
            let usual = try shop.permissions(name)
            for mode in modes {
                try shop.setPermissions(mode, name)
                let refused = try await colophond(
                    "serve", "--data", "ledger", "--listen", "127.0.0.1:0")
                #expect(refused.status == 2, "\(name) \(mode)")
                #expect(refused.words.contains("open to others"), "\(refused.words)")
            }
            try shop.setPermissions(usual, name)
        }
        // Above it: unless it is sticky, whoever may write there puts another in its place.
        try shop.setPermissions(0o777, "")
        #expect(try await export().status == 2)
        try shop.setPermissions(0o1777, "")
        #expect(try await export().status == 0)
        try shop.setPermissions(0o700, "")
        try attacker.link("ledger/LOG", to: shop.url("admin.pem").path())
        let linked = try await colophond("serve", "--data", "ledger", "--listen", "127.0.0.1:0")
        #expect(linked.status == 2)
        #expect(linked.words.contains("ledger/LOG: is a link"), "\(linked.words)")
    }

    @Test func theServerRemovesNothingAtTheSocketsNameThatIsNotItsOwn() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await ledger.stop() == 0)
        #expect(try !shop.exists("ledger.control"))
        let attacks: [() throws -> Void] = [
            {
                try attacker.makeFolder("ledger.control/deep")
                try shop.write("precious", to: "ledger.control/deep/file")
            },
            { try shop.write("precious", to: "ledger.control") },
            { try attacker.makePipe("ledger.control") },
            { try attacker.link("ledger.control", to: "admin.pem") },
            { try attacker.link("ledger.control", to: "nothing") },
        ]
        for attack in attacks {
            try attack()
            let before = try attacker.picture(of: "ledger.control")
            let refused = try await colophond(
                "serve", "--data", "ledger", "--listen", "127.0.0.1:0")
            #expect([2, 3].contains(refused.status), "\(refused.words)")
            #expect(refused.words.contains("ledger.control"), "\(refused.words)")
            #expect(try attacker.picture(of: "ledger.control") == before)
            for command in [
                ["trust-kit", "--data", "ledger", "--out", "trust"], ["fsck", "--data", "ledger"],
            ] {
                let outcome = try await Program.run("colophond", command, in: shop.folder)
                #expect(outcome.status == 3, "\(command): \(outcome.words)")
            }
            #expect(try !shop.exists("trust"))
            try FileManager.default.removeItem(at: shop.url("ledger.control"))
        }
        try await ledger.start()
        #expect(try await ledger.size() == 2)
        #expect(try await ledger.stop() == 0)
    }

    /// In a parent where all may make files, as `/tmp` is.
    @Test(.enabled(if: isRoot, "needs root"))
    func anotherUserAtTheSocketDeceivesNoCommand() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try await ledger.stop() == 0)
        try shop.setPermissions(0o1777, "")
        let stranger = try RunningProgram(
            "setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e",
                """
                use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
                bind($s, pack_sockaddr_un($ARGV[0])) or die; listen($s, 9) or die;
                $| = 1; print STDERR "listening\\n";
                while (accept(my $c, $s)) {
                    print $c "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"
                }
                """, shop.url("ledger.control").path(),
            ])
        try await stranger.says("listening")
        for command in [
            ["trust-kit", "--data", "ledger", "--out", "trust"], ["fsck", "--data", "ledger"],
            ["backup", "--data", "ledger", "--to", "backups"],
            ["export", "--data", "ledger", "--out", "export"],
        ] {
            let outcome = try await Program.run("colophond", command, in: shop.folder)
            #expect(outcome.status == 3, "\(command): \(outcome.words)")
            #expect(outcome.words.contains("belongs to another user"), "\(outcome.words)")
        }
        for name in ["trust", "backups", "export"] { #expect(try !shop.exists(name)) }
        // What a test's thread starts may have all other signals blocked.
        _ = try await stranger.end(by: SIGKILL)
    }
}
