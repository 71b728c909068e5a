import Foundation
import TestSupport
import Testing

/// The commands that documents and help show, each run as it stands, in a world of its own.
@Suite(.serialized) struct DocumentTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let parts = root.appending(path: "Tools/try.d")

    /// A way to name its own world: root needs no names of users for it.
    private static let flags = Program.succeeds("test \"$(id -u)\" = 0") ? "-mn" : "-rmn"

    /// What the world needs of the machine: files, a network and processes of its own.
    private static let hasWorlds = Program.succeeds(
        "unshare \(flags) --pid --fork --mount-proc ip link set lo up"
            + " && command -v openssl curl awk")

    /// The commands in the code blocks of a document, a line each.
    private static func commands(
        in document: String, _ flags: [String] = []
    ) async throws -> [UInt8] {
        let found = try await Program.run(
            "awk", flags + ["-f", parts.appending(path: "commands.awk").path(), document])
        try #require(found.status == 0, "\(found.words)")
        return found.bytes
    }

    /// Runs a script of `Tools/try.d` in a world of its own, with the list of commands it reads.
    private static func play(
        _ script: String, _ list: String, _ commands: [UInt8]
    ) async throws -> Program.Outcome {
        let files = try TemporaryFolder("documents")
        try files.write(commands, to: list)
        try files.write(Array(Data(contentsOf: parts.appending(path: script))), to: script)
        return try await Program.run(
            "unshare",
            [
                flags, "bash", parts.appending(path: "world.bash").path(),
                Program.url("colophon").deletingLastPathComponent().path(), files.url.path(),
                script,
            ])
    }

    @Test(
        .enabled(if: hasWorlds, "needs the right to make namespaces, ip, openssl and curl"),
        .timeLimit(.minutes(Patience.minutes)))
    func everyCommandOfOperationsAndOfHelpRunsAsItStands() async throws {
        let document = Self.root.appending(path: "Schemas/operations.md").path()
        let played = try await Self.play(
            "documents.bash", "operations.tsv", Self.commands(in: document))
        let lines = played.output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }
        #expect(played.status == 0, "\(lines.joined(separator: "\n"))\(played.words)")
        #expect(played.output.split(separator: "\n").count { $0.hasPrefix("ok ") } > 50)
    }

    /// A studio, an operator and a collector, who have nothing but the README; the studio corrects
    /// a title, too.
    @Test(
        .enabled(if: hasWorlds, "needs the right to make namespaces, ip, openssl and curl"),
        .timeLimit(.minutes(Patience.minutes)))
    func thePeopleOfTheReadmeGetToItsEnd() async throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(text.range(of: "\n## A tour"))
        let corrections = try #require(text.range(of: "\n## Corrections"))
        let rest = text[start.upperBound...]
        let end =
            rest[corrections.upperBound...].range(of: "\n## ")?.lowerBound ?? rest.endIndex
        let folder = try TemporaryFolder("tour")
        let tour = try folder.write(Array(rest[..<end].utf8), to: "tour.md")
        let played = try await Self.play(
            "people.bash", "tour.tsv", Self.commands(in: tour, ["-v", "people=1"]))
        #expect(played.status == 0, "\(played.output)\(played.words)")
        #expect(played.output.contains("$ colophon submit photo.jpg.1.colophon"))
        for person in ["studio", "operator", "collector"] {
            #expect(played.output.contains("\n== The \(person)\n"))
        }
    }

    /// A line that is wider is broken by whatever shows it, and cannot be copied.
    @Test(arguments: ["README.md", "Schemas/operations.md"])
    func everyLineOfACodeBlockFitsATerminal(document: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
        var isFenced = false
        let lines = text.split(separator: "\n").filter { line in
            if line.hasPrefix("```") { isFenced.toggle() }
            return !isFenced && line.hasPrefix("    ")
        }
        #expect(lines.count > 5)
        let wide = lines.filter { $0.count > 80 }
        #expect(wide.isEmpty, "\(wide)")
    }
}
