import Foundation
import TestSupport
import Testing

/// An empty word where a path is meant, as a script's variable that was not set, is refused by
/// name before anything is done.
@Suite struct EmptyPathTests {
    /// An argument of a command, as the programs describe themselves.
    private struct Described: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        let kind: String
        let names: [Name]?
        let valueName: String?

        /// Its flag; nil for one of the command's own arguments.
        var flag: String? { names?.first { $0.kind == "long" }.map { "--\($0.name)" } }
    }

    private struct Command: Decodable {
        let commandName: String
        let arguments: [Described]?
        let subcommands: [Command]?
    }

    private struct Help: Decodable {
        let command: Command
    }

    /// How usages call values that are paths: these words, or what begins with them.
    private static let paths = ["file", "dir", "pem", "kit", "path", "program"]

    /// How they call all others: a new one is a path, or belongs here.
    private static let texts: Set<String> = [
        "alg", "anchor-after", "bastion", "bits", "calendar", "clock", "cmd", "count", "d:i",
        "decision",
        "entry", "event", "every", "format", "gate", "hex", "id", "index", "kinds", "language",
        "layout", "ledger", "level", "listen", "n", "n/total", "name", "number", "origin", "reason",
        "role", "seconds", "sheet", "sign", "similar", "size", "stale-after", "start", "tag",
        "text", "time", "type", "uri", "url", "vkey", "what", "which", "zone", "admin-issuer",
        "backup", "calendar-interval", "index-interval", "issuer-burst", "issuer-rate", "keep",
        "log-burst", "log-format", "log-level", "log-rate", "max-connections", "ops-listen",
        "overrule-witness", "quorum-wait", "refusal-rate", "scrub-rate", "timestamp-authority",
        "timestamp-interval", "trusted-proxy", "witness-interval",
    ]

    private static func isPath(_ argument: Described) -> Bool {
        paths.contains { argument.valueName?.hasPrefix($0) ?? false }
    }

    /// The commands of a program that do something, each with the words that name it.
    private static func commands(
        of program: String
    ) async throws -> [(words: [String], arguments: [Described])] {
        let dumped = try await Program.run(
            program, ["--experimental-dump-help"], in: FileManager.default.temporaryDirectory)
        let help = try JSONDecoder().decode(Help.self, from: Data(dumped.output.utf8))
        var found: [(words: [String], arguments: [Described])] = []
        var open: [(words: [String], command: Command)] = [([], help.command)]
        while let (words, command) = open.popLast() {
            let below = (command.subcommands ?? []).filter { $0.commandName != "help" }
            open += below.map { (words + [$0.commandName], $0) }
            if below.isEmpty { found.append((words, command.arguments ?? [])) }
        }
        return found
    }

    @Test(arguments: [("colophon", 150), ("colophond", 25)])
    func eachPathThatIsEmptyIsRefusedByItsName(program: String, least: Int) async throws {
        var count = 0
        func expect(_ words: [String], _ name: String) async throws {
            let wrong = try await Program.run(
                program, words, in: FileManager.default.temporaryDirectory)
            #expect(wrong.status == 2 && wrong.output.isEmpty, "\(words): \(wrong.words)")
            let line = "\(program): \(name): is empty, and names no file and no folder\n"
            #expect(wrong.words.hasPrefix(line), "\(words): \(wrong.words)")
            count += 1
        }
        for (words, arguments) in try await Self.commands(of: program) {
            let options = arguments.filter { $0.kind == "option" && Self.isPath($0) }
            for flag in options.compactMap(\.flag) { try await expect(words + [flag, ""], flag) }
            if let flag = options.first?.flag { try await expect(words + ["\(flag)="], flag) }
            let own = arguments.filter { $0.kind == "positional" }
            for (place, argument) in own.enumerated() where Self.isPath(argument) {
                let before = Array(repeating: "x", count: place)
                try await expect(words + before + [""], try #require(argument.valueName))
            }
        }
        #expect(count >= least, "\(count) paths were looked at")
    }

    /// Whoever adds an option says by the name of its value whether it is a path.
    @Test(arguments: ["colophon", "colophond"])
    func eachValueIsAPathOrIsKnownToBeNone(program: String) async throws {
        for (words, arguments) in try await Self.commands(of: program) {
            for argument in arguments where argument.kind != "flag" {
                let name = try #require(argument.valueName, "\(words): \(argument)")
                #expect(Self.isPath(argument) != Self.texts.contains(name), "\(words): \(name)")
            }
        }
    }

    /// A text may be empty, and so may a value that only looks like a flag's.
    @Test(arguments: [
        ["keygen", "--witness", ""], ["sign", "x", "--title", ""], ["trust", "name", "x", ""],
    ])
    func anEmptyTextIsNoEmptyPath(arguments: [String]) async throws {
        let said = try await Program.run(
            "colophon", arguments, in: FileManager.default.temporaryDirectory)
        #expect(!said.words.contains("names no file and no folder"), "\(said.words)")
    }

    /// The one of several values of an option, and the key of a configuration.
    @Test func anEmptyPathAmongOthersIsFound() async throws {
        let folder = try TemporaryFolder("empty")
        let several = try await Program.run(
            "colophond", ["restore", "--entries-from", "a", ""], in: URL(filePath: folder.path))
        #expect(several.status == 2)
        #expect(several.words.hasPrefix("colophond: --entries-from: is empty"), "\(several.words)")
        try folder.write("key: \"\"\n", to: "config.yaml")
        let configured = try await Program.run(
            "colophon", ["sign", "x", "--config", "config.yaml"], in: URL(filePath: folder.path))
        #expect(configured.status == 2)
        #expect(
            configured.words.hasPrefix("colophon: config.yaml: key: is empty, and names no file"),
            "\(configured.words)")
    }
}
