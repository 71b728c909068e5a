import Foundation
import Testing
import TestSupport

/// Expects that no line of help passes a terminal's last column, and none is a word left behind.
func expectLines(of help: String) {
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines { #expect(line.count <= 80, "\(line)") }
    for (before, line) in zip(lines, lines.dropFirst()) {
        let isRest = line.hasPrefix(String(repeating: " ", count: 26)) && before.count > 60
        let words = line.split(separator: " ")
        #expect(!isRest || words.count > 1 || line.count > 26 + 12, "\(before)\n\(line)")
    }
}

@Suite struct UsageTests {
    private static let commands = [
        ["keygen"], ["key", "add"], ["key", "list"], ["key", "retire"], ["key", "revoke"],
        ["policy", "get"], ["policy", "set"],
        ["erase"], ["sign"], ["submit"], ["refresh"], ["verify"], ["verify-misbehaviour"], ["show"],
        ["trust", "show"],
        ["trust", "fetch"], ["trust", "update"], ["trust", "name"], ["witness"],
    ]

    private static let here = FileManager.default.temporaryDirectory

    private func run(_ arguments: [String]) async throws -> Program.Outcome {
        try await Program.run("colophon", arguments, in: Self.here)
    }

    @Test(arguments: commands)
    func helpTeachesWithAnExampleInEightyColumns(command: [String]) async throws {
        let help = try await run(command + ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("  colophon " + command.joined(separator: " ") + " "))
        expectLines(of: help.output)
    }

    @Test(arguments: [
        (["sgin", "x"], "did you mean colophon sign?"),
        (["key", "lst"], "did you mean colophon key list?"),
        (["trust", "nonsense"], "colophon trust --help lists the commands"),
    ])
    func aMisspeltCommandNamesThoseThatAreLikeIt(arguments: [String], says: String) async throws {
        let wrong = try await run(arguments)
        #expect(wrong.status == 2 && wrong.words.contains("  hint: \(says)"), "\(wrong.words)")
        let server = try await Program.run("colophond", ["srve"], in: Self.here)
        #expect(server.words.contains("did you mean colophond serve?"), "\(server.words)")
    }

    /// What is wrong with a length of time, and what to write.
    @Test(arguments: [
        ("0", "without --wait each record is sent once"), ("0s", "sent once"),
        ("30", "no unit: 30s, 30m or 30h"), ("2d", "1s to 24h"), ("25h", "1s to 24h"),
    ])
    func aTimeThatIsNoneIsExplained(time: String, says: String) async throws {
        let wrong = try await run(["submit", "x.colophon", "--wait", time])
        #expect(wrong.status == 2 && wrong.words.contains(says), "\(wrong.words)")
    }

    /// What only reads signs nothing: no key, no passphrase.
    @Test(arguments: [["key", "list"], ["policy", "get"]])
    func aReaderHasNoFlagsOfASigner(command: [String]) async throws {
        let help = try await run(command + ["--help"])
        #expect(help.output.contains("--origin <origin>") && help.output.contains("--ca <file>"))
        #expect(!help.output.contains("passphrase") && !help.output.contains("--admin"))
        let wrong = try await run(command + ["--passphrase-fd", "3"])
        #expect(wrong.status == 2, "\(wrong.words)")
    }

    @Test func theHelpOfNamesSaysHowANameIsTakenAway() async throws {
        let help = try await run(["trust", "name", "--help"])
        #expect(help.output.contains("left out with --remove"), "\(help.output)")
        #expect(help.output.contains("-- -KID"), "\(help.output)")
        #expect(!help.output.contains("none removes"))
        let none = try await run(["trust", "name", "ledger.example/prints"])
        #expect(none.status == 2 && none.words.contains("the name is missing"), "\(none.words)")
    }

    /// One line for a report of a fault: the version first, as packages have it.
    @Test func theVersionNamesCommitAndPlatform() async throws {
        let version = try await run(["--version"])
        #expect(version.status == 0)
        let form = /\d+\.\d+\.\d+ \(commit ([0-9a-f]{12}|unknown), (linux|macos) \w+\)\n/
        #expect(version.output.wholeMatch(of: form) != nil, "\(version.output)")
        let server = try await Program.run("colophond", ["--version"], in: Self.here)
        #expect(server.output == version.output)
    }

    @Test(arguments: [
        ["nonsense"], ["sign", "--nonsense"], ["verify"], ["key", "add"], ["erase", "x"], ["sign"],
        ["verify", "a", "--trust", "t", "--require", "belief"], ["keygen", "--alg", "rsa"],
        ["refresh"], ["submit", "a", "--until", "believed"],
    ])
    func wrongUsageEndsWithTwoAndOneLine(arguments: [String]) async throws {
        let wrong = try await run(arguments)
        #expect(wrong.status == 2)
        #expect(wrong.output.isEmpty)
        #expect(wrong.words.hasPrefix("colophon: "))
        let lines = wrong.words.split(separator: "\n")
        #expect(lines.count <= 2)
        #expect(lines.dropFirst().allSatisfy { $0.count <= 80 }, "\(wrong.words)")
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  hint: ") })
    }

    @Test func errorsAreObjectsForPrograms() async throws {
        for arguments in [["sign", "--nonsense", "--json"], ["show", "no-such-file", "--json"]] {
            let wrong = try await run(arguments)
            let error = try JSONSerialization.jsonObject(with: Data(wrong.words.utf8))
            let object = try #require(error as? [String: Any])
            #expect(object["error"] is String)
            #expect(object["exit"] as? Int == 2)
        }
    }
}
