import Foundation
import TestSupport
import TestWitness
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `colophon witness`, as whoever runs it sees it.
@Suite(.serialized) struct WitnessCommandTests {
    private let folder: TemporaryFolder
    private let log: WatchedLog

    init() async throws {
        folder = try TemporaryFolder("witness")
        log = try WatchedLog("log.example/one")
        try folder.write(log.line, to: "logs")
        let made = try await Program.run(
            "colophon", ["keygen", "--out", "witness.pem"], in: folder.url)
        try #require(made.status == 0, "\(made.words)")
    }

    private static let arguments = [
        "witness", "--data", "state", "--key", "witness.pem", "--name", "witness.example",
        "--logs", "logs", "--listen", "127.0.0.1:0",
    ]

    /// Runs a witness that is to end by itself.
    private func refused(
        _ more: String..., environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", Self.arguments + more, in: folder.url, environment: environment)
    }

    /// Starts a witness and returns it with its address.
    private func start(
        _ more: String...
    ) async throws -> (program: RunningProgram, address: String) {
        let program = try RunningProgram("colophon", Self.arguments + more, in: folder.url)
        let address = try await program.says("listening on ").prefix {
            !$0.isWhitespace && $0 != "\""
        }
        return (program, String(address))
    }

    private func ask(
        _ address: String, from old: UInt64, to size: UInt64
    ) async throws -> (status: Int, text: String) {
        let url = try #require(URL(string: "\(address)/add-checkpoint"))
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(try log.request(from: old, to: size))
        let (body, answer) = try await URLSession.shared.data(for: request)
        let status = try #require((answer as? HTTPURLResponse)?.statusCode)
        return (status, String(decoding: body, as: UTF8.self))
    }

    @Test func aWitnessCosignsAndEndsPolitely() async throws {
        let (program, address) = try await start()
        let key = try await program.says(" witness ")
        #expect(key.hasPrefix("witness.example+"))
        let answer = try await ask(address, from: 0, to: 5)
        #expect(answer.status == 200)
        #expect(answer.text.hasPrefix("— witness.example "))
        let ended = try await program.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        #expect(ended.output.isEmpty)
        #expect(ended.words.contains("a new state was begun"))
    }

    /// What was answered before a kill is remembered after it, each time.
    @Test func aKillForgetsNothing() async throws {
        var size: UInt64 = 0
        for _ in 0..<3 {
            let (program, address) = try await start()
            let stale = try await ask(address, from: size + 1, to: size + 2)
            #expect(stale.status == 409)
            #expect(stale.text == "\(size)\n")
            for _ in 0..<5 {
                let answer = try await ask(address, from: size, to: size + 3)
                #expect(answer.status == 200)
                size += 3
            }
            _ = try await program.end(by: SIGKILL)
        }
    }

    @Test func theLogsAreReadAgain() async throws {
        let (program, address) = try await start("--json")
        let other = try WatchedLog("log.example/two", seed: 2)
        try folder.write(other.line, to: "logs")
        program.send(SIGHUP)
        try await program.says("SIGHUP: cosigning for 1 logs")
        #expect(try await ask(address, from: 0, to: 5).status == 404)
        try folder.write(log.line + "log nonsense\n", to: "logs")
        program.send(SIGHUP)
        #expect(try await program.says("the logs stay as they were").contains("line 2"))
        let ended = try await program.end(by: SIGTERM)
        #expect(ended.status == 0)
        #expect(ended.words.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    }

    /// A folder is one witness's, and a key has one folder.
    @Test func aFolderHasOneNameAndOneKey() async throws {
        let (program, _) = try await start()
        let second = try await refused()
        #expect(second.status == 3, "\(second.words)")
        #expect(second.words.contains("in use by another process"))
        _ = try await program.end(by: SIGTERM)
        let renamed = try await refused("--name", "other.example")
        #expect(renamed.status == 2, "\(renamed.words)")
        #expect(renamed.words.contains("is the state of witness.example+"))
        let made = try await Program.run(
            "colophon", ["keygen", "--out", "other.pem"], in: folder.url)
        #expect(made.status == 0)
        let other = try await refused("--key", "other.pem")
        #expect(other.status == 2, "\(other.words)")
        #expect(other.words.contains("is the state of witness.example+"))
    }

    @Test func aDamagedJournalIsNamed() async throws {
        let (program, address) = try await start()
        #expect(try await ask(address, from: 0, to: 5).status == 200)
        _ = try await program.end(by: SIGTERM)
        var journal = try folder.bytes("state/journal")
        journal[journal.count / 2] ^= 1
        try folder.write(journal, to: "state/journal")
        let outcome = try await refused()
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains("state/journal: is damaged at byte"))
    }

    @Test(
        arguments: [
            (["--logs", "missing"], "missing: no such file"),
            (["--name", "a witness"], "--name: a name has 1 to 255 bytes"),
            (["--name", "https://witness.example"], "has no scheme"),
            (["--listen", "nowhere"], "is not HOST:PORT"),
            (["--log-rate", "many"], "is not a number"),
            (["--bastion", "https://bastion.example"], "--bastion-key is missing"),
            (
                ["--bastion", "https://bastion.example", "--bastion-key", "witness.pem"],
                "is the key that cosigns"
            ),
            (["--tls-cert", "chain.pem"], "--tls-key is missing"),
        ] as [([String], String)])
    func aMistakeIsNamed(flags: [String], words: String) async throws {
        let outcome = try await Program.run(
            "colophon", Self.arguments + flags, in: folder.url)
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains(words), "\(outcome.words)")
        #expect(!(try folder.has("state")))
    }

    /// A PoP's own settings are none of a witness.
    @Test func theKeyOfAPoPIsNotTaken() async throws {
        let arguments = Self.arguments.filter { $0 != "--key" && $0 != "witness.pem" }
        let outcome = try await Program.run(
            "colophon", arguments, in: folder.url, environment: ["COLOPHON_KEY": "witness.pem"])
        #expect(outcome.status == 2)
        #expect(outcome.words.contains("--key is missing"))
        #expect(outcome.words.contains("COLOPHON_WITNESS_KEY"))
        let shown = try await Program.run(
            "colophon", arguments + ["--print-config"], in: folder.url,
            environment: ["COLOPHON_WITNESS_KEY": "witness.pem"])
        #expect(shown.status == 0)
        #expect(shown.output.contains("environment COLOPHON_WITNESS_KEY"))
    }

    @Test func aKeyThatOthersReadIsRefused() async throws {
        try folder.setPermissions(0o644, "witness.pem")
        let outcome = try await refused()
        #expect(outcome.status == 2)
        #expect(outcome.words.contains("chmod 600"))
    }
}
