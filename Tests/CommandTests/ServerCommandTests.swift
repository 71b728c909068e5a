import Foundation
import Testing
import TestSupport

/// What `colophond` says and how it ends, as whoever runs it sees it.
@Suite(.serialized) struct ServerCommandTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
    }

    private func colophond(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run("colophond", arguments, in: shop.folder, environment: environment)
    }

    /// Makes a ledger in `name`.
    private func makeLedger(_ name: String) async throws -> Program.Outcome {
        try await colophond(
            "init", "--data", name, "--origin", "ledger.example/prints", "--admin",
            "berlin.pub.pem")
    }

    /// Expects one line with these words, at most one hint, and nothing for programs.
    private func expect(_ outcome: Program.Outcome, _ status: Int32, says words: String) {
        #expect(outcome.status == status, "\(outcome.words)")
        #expect(outcome.words.contains(words), "\(outcome.words)")
        #expect(outcome.words.hasPrefix("colophond: "))
        let lines = outcome.words.split(separator: "\n")
        #expect(lines.count <= 2)
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  hint: ") })
        #expect(outcome.output.isEmpty)
    }

    @Test func aNewLedgerIsItsOwnersAloneAndPrintsItsGenesis() async throws {
        let made = try await makeLedger("ledger")
        #expect(made.status == 0)
        #expect(made.output.count == 44)
        #expect(try shop.permissions("ledger.keys") == 0o700)
        for key in ["note", "receipt", "ledger"] {
            #expect(try shop.permissions("ledger.keys/\(key).pem") == 0o600)
            #expect(made.words.contains("\(key).pem"))
        }
        #expect(try shop.exists("ledger.highwater"))
        expect(try await makeLedger("ledger"), 2, says: "ledger: ")
        for path in ["taken", "taken.keys", "taken.highwater"] {
            try shop.write("", to: path)
            expect(try await makeLedger("taken"), 2, says: path)
            try FileManager.default.removeItem(at: shop.url(path))
        }
    }

    @Test(arguments: [
        ["--origin", "https://ledger.example", "--admin", "berlin.pub.pem"],
        ["--origin", "Ledger.example", "--admin", "berlin.pub.pem"],
        ["--origin", "ledger.example", "--admin", "berlin.pem"],
        ["--origin", "ledger.example", "--admin", "missing.pem"],
        ["--origin", "ledger.example", "--admin", "berlin.pub.pem", "--admin-issuer", "no uri"],
        [
            "--origin", "ledger.example", "--admin", "berlin.pub.pem", "--recovery",
            "berlin.pub.pem",
        ],
        ["--origin", "ledger.example"], ["--admin", "berlin.pub.pem"],
    ])
    func whatCannotBeALedgerIsNotMade(arguments: [String]) async throws {
        let outcome = try await Program.run(
            "colophond", ["init", "--data", "ledger"] + arguments, in: shop.folder)
        expect(outcome, 2, says: ": ")
        for path in ["ledger", "ledger.keys", "ledger.highwater"] {
            #expect(try !shop.exists(path), "\(path)")
        }
    }

    @Test func whatStandsInTheWayIsNamedInOneLine() async throws {
        expect(try await colophond("serve", "--data", "none"), 2, says: "none: ")
        expect(try await colophond("serve"), 2, says: "--data")
        let ledger = try await LedgerProcess(in: shop)
        let port = try #require(URL(string: ledger.address)?.port)
        expect(
            try await colophond("serve", "--data", "ledger", "--listen", "127.0.0.1:0"), 3,
            says: "another process")
        _ = try await makeLedger("second")
        expect(
            try await colophond("serve", "--data", "second", "--listen", "127.0.0.1:\(port)"), 3,
            says: "127.0.0.1:\(port): the port is in use")
        try shop.setPermissions(0o644, "second.keys/note.pem")
        expect(
            try await colophond("serve", "--data", "second", "--listen", "127.0.0.1:0"), 2,
            says: "second.keys/note.pem: ")
        #expect(try await ledger.stop() == 0)
    }

    @Test func aCrashLeavesASocketThatTheNextServerReplaces() async throws {
        let ledger = try await LedgerProcess(in: shop)
        #expect(try shop.permissions("ledger.control") == 0o600)
        try await ledger.crashAndRestart()
        try await ledger.writeKit()
        #expect(try await ledger.stop() == 0)
        #expect(try !shop.exists("ledger.control"))
        // Without a server the command opens the folder itself, and writes the same.
        let served = try shop.bytes("trust/registry.cbor")
        try await ledger.writeKit()
        #expect(try shop.bytes("trust/registry.cbor") == served)
        #expect(try shop.permissions("trust/genesis") == 0o644)
    }

    @Test func eachSettingShowsWhereItComesFrom() async throws {
        let file = try shop.write(
            "data: from-file\nlog-level: debug\nlog-format: json\n", to: "c.yaml")
        let shown = try await colophond(
            "serve", "--config", file.path(), "--data", "from-flag", "--print-config",
            environment: ["COLOPHOND_LOG_LEVEL": "error"])
        #expect(shown.status == 0)
        // As absolute paths: a file that is made of this means the same wherever it lies.
        let data = shop.url("from-flag").path()
        #expect(shown.output.contains("data: \(data)  # flag --data\n"))
        #expect(shown.output.contains("log-level: error  # environment COLOPHOND_LOG_LEVEL\n"))
        #expect(shown.output.contains("log-format: json  # file \(file.path())\n"))
        #expect(shown.output.contains("listen: \"127.0.0.1:8080\"  # default\n"))
        try FileManager.default.createDirectory(
            at: shop.url("etc"), withIntermediateDirectories: false)
        try shop.write("data: from-file\n", to: "etc/c.yaml")
        let beside = shop.url("etc/from-file").path()
        let fromFile = try await colophond("serve", "--config", "etc/c.yaml", "--print-config")
        #expect(
            fromFile.output.contains("data: \(beside)  # file etc/c.yaml\n"),
            "\(fromFile.output)")
        try shop.write("lisen: x\n", to: "bad.yaml")
        expect(
            try await colophond("serve", "--config", "bad.yaml"), 2,
            says: "bad.yaml:1: unknown key")
        for (flag, value) in [
            ("--listen", "80"), ("--log-level", "loud"), ("--log-format", "xml"),
            ("--trusted-proxy", "everyone"), ("--max-connections", "0"),
        ] {
            let outcome = try await colophond("serve", "--data", "x", flag, value)
            expect(outcome, 2, says: flag)
        }
    }

    @Test(arguments: [
        [], ["init"], ["serve"], ["trust-kit"], ["backup"], ["backups", "list"],
        ["backups", "check"], ["restore"], ["export"], ["fsck"], ["rotate"],
    ])
    func helpTeachesWithAnExampleInEightyColumns(command: [String]) async throws {
        let help = try await Program.run(
            "colophond", command + ["--help"], in: shop.folder)
        #expect(help.status == 0)
        let name = command.isEmpty ? "init" : command.joined(separator: " ")
        #expect(help.output.contains("  colophond \(name) "))
        expectLines(of: help.output)
        #expect(!help.output.contains("what\nit"))
    }

    @Test(arguments: [["nonsense"], ["serve", "--nonsense"], ["serve", "x"], ["trust-kit"]])
    func wrongUsageEndsWithTwo(arguments: [String]) async throws {
        expect(try await Program.run("colophond", arguments, in: shop.folder), 2, says: ": ")
    }

    /// The network library would end the process instead.
    @Test(arguments: [12, 24, 27, 30, 60, 300])
    func tooFewOpenFilesAreSaidAndNotMet(limit: Int) async throws {
        #expect(try await makeLedger("ledger").status == 0)
        let program = try Program.url("colophond").path()
        for command in ["serve --data ledger --listen 127.0.0.1:0", "trust-kit --data l --out t"] {
            guard limit < 100 || command.hasPrefix("serve") else { continue }
            let outcome = try await Program.run(
                "bash", ["-c", "ulimit -n \(limit); exec \(program) \(command)"], in: shop.folder)
            expect(outcome, 3, says: "only \(limit) files may be open, and at least ")
            #expect(outcome.words.contains("ulimit -n"))
        }
    }

    /// Another allocator would do, but threads would wait for each other's heaps.
    @Test func memoryComesFromTheAllocatorThatIsLinked() async throws {
        #expect(try await makeLedger("ledger").status == 0)
        let program = try RunningProgram(
            "colophond",
            ["serve", "--data", "ledger", "--listen", "127.0.0.1:0", "--log-level", "debug"],
            in: shop.folder)
        try await program.says("listening on ")
        let words = try program.words
        #expect(words.contains("allocator=\"jemalloc "), "\(words)")
        #expect(try await program.end(by: SIGTERM).status == 0)
    }
}
