import ArgumentParser
import Foundation

/// Measures what everything costs as the ledger grows, and draws it.
struct GrowthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth", abstract: "Measures the cost at 10 k, 100 k, 1 M, ... entries.")

    /// The smallest size; each next is ten times as large.
    private static let first = 10_000

    @Option(help: "The largest size.")
    var entries = 1_000_000

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    @Option(help: "A folder with performance.md: its table is replaced, and performance.svg.")
    var write: String?

    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let conditions = Conditions()
        let workshop = try place.workshop()
        defer { workshop.close() }
        let points = try await measure(workshop)
        if let write {
            let document = Document(in: write)
            let chart = "![Cost as the ledger grows](performance.svg)"
            let table = GrowthTable.markdown(points)
            try document.replace("growth", with: "\(conditions)\n\n\(chart)\n\n\(table)")
            try document.write(GrowthChart(points).svg, to: "performance.svg")
        }
        print(json ? try GrowthTable.json(points) : GrowthTable.markdown(points))
    }

    /// A ledger that has more entries by one in so many still counts as one of a size: what other
    /// measurements have added makes nothing cheaper.
    private static let slack = 5

    /// Measures every size; those that an interrupted run in the same folder has measured are
    /// taken from its file.
    private func measure(_ workshop: Workshop) async throws -> [GrowthPoint] {
        let file = workshop.folder.appending(path: "growth.json")
        var points: [GrowthPoint] = []
        if let bytes = try? Data(contentsOf: file) {
            points = try JSONDecoder().decode([GrowthPoint].self, from: bytes)
        }
        let ledger = try await workshop.ledger("ledger")
        defer { ledger.server.stop() }
        let run = GrowthRun(workshop: workshop, ledger: ledger)
        for size in sequence(first: Self.first, next: { $0 * 10 }).prefix(while: { $0 <= entries })
        where !points.contains(where: { $0.entries == size }) {
            guard try await ledger.captures() <= size + size / Self.slack else {
                workshop.say("the ledger has more than \(size) entries already: not measured")
                continue
            }
            points.append(try await run.point(at: size))
            try JSONEncoder().encode(points).write(to: file, options: .atomic)
        }
        return points.filter { $0.entries <= entries }
    }
}
