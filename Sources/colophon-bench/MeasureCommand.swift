import ArgumentParser
import Foundation

/// Measures and prints.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measures everything, or one part.")

    @Option(help: "Statements that are loaded through /batch.")
    var entries = 100_000

    @Option(help: "Measure one part only.")
    var only: Section?

    @Option(help: "The folder in which everything happens; it should be on a disk.")
    var folder: String?

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    func run() async throws {
        let parent = folder.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
        let folder = parent.appending(path: "colophon-bench-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let sections = only.map { [$0] } ?? Set(Section.allCases)
        let run = try Run(entries: entries, sections: sections, folder: folder)
        defer { run.bare.stop() }
        try await LoadBars(run: run).measure()
        if json {
            print(BarTable.json(run.bars))
        } else {
            print(BarTable.text(run.bars))
            print(
                """
                The load comes from another process over the loopback, which shares the cores with
                the server; so it did while the limits were taken.
                """)
        }
    }
}
