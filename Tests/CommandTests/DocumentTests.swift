import Foundation
import TestSupport
import Testing

/// The commands that documents and help show, each run as it stands, in a world of its own.
@Suite(.serialized) struct DocumentTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let parts = root.appending(path: "Tools/try.d")

    /// What the world needs of the machine: names of its own, a network of its own.
    private static let hasWorlds = Program.succeeds(
        "unshare -rmn ip link set lo up && command -v openssl curl awk")

    /// A way to name its own world: root needs no names of users for it.
    private static let flags = Program.succeeds("test \"$(id -u)\" = 0") ? "-mn" : "-rmn"

    /// The commands in the code blocks of a document, a line each.
    private static func commands(in document: String) async throws -> String {
        let found = try await Program.run(
            "awk",
            [
                "-f", parts.appending(path: "commands.awk").path(),
                root.appending(path: document).path(),
            ])
        try #require(found.status == 0, "\(found.words)")
        return found.output
    }

    @Test(
        .enabled(if: hasWorlds, "needs the right to make namespaces, ip, openssl and curl"),
        .timeLimit(.minutes(Patience.minutes)))
    func everyCommandOfOperationsAndOfHelpRunsAsItStands() async throws {
        let shop = try TemporaryFolder("documents")
        try shop.write(
            Array(await Self.commands(in: "Schemas/operations.md").utf8), to: "operations.tsv")
        let script = try Data(contentsOf: Self.parts.appending(path: "documents.bash"))
        try shop.write(Array(script), to: "documents.bash")
        let played = try await Program.run(
            "unshare",
            [
                Self.flags, "bash", Self.parts.appending(path: "world.bash").path(),
                try Program.url("colophon").deletingLastPathComponent().path(),
                shop.url.path(), "documents.bash",
            ])
        let wrong = played.output.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(played.status == 0, "\(wrong)\(played.words)")
        #expect(played.output.split(separator: "\n").count { $0.hasPrefix("ok ") } > 50)
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
