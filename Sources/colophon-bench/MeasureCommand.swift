import ArgumentParser
import Foundation

/// Measures and prints the bars.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measures every bar, or one part.")

    @Option(help: "Statements in the ledger before anything is timed.")
    var entries = 100_000

    @Option(help: "Statements that are timed through /batch; half as many more are sent singly.")
    var sample = 100_000

    @Option(help: "Measure one part only; may be repeated.")
    var only: [Section] = []

    @Option(help: "The program that plays a timestamp authority, for the part anchors.")
    var authority: String?

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    @Option(help: "A folder with performance.md, in which the table is replaced.")
    var write: String?

    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let conditions = Conditions()
        let workshop = try place.workshop()
        defer { workshop.close() }
        let sections = only.isEmpty ? Set(Section.allCases) : Set(only)
        let run = try Run(
            entries: entries, sampleSize: sample, sections: sections, authority: authority,
            workshop: workshop)
        defer { run.bare.stop() }
        do {
            try await measure(run)
        } catch {
            // What was measured until then took its time.
            report(run.bars)
            throw error
        }
        if let write {
            let text = "\(conditions)\n\n```\n\(BarTable.text(run.bars))\n```"
            try Document(in: write).replace("bars", with: text)
        }
        report(run.bars)
    }

    private func report(_ bars: [Bar]) {
        guard !json else { return print(BarTable.json(bars)) }
        print(BarTable.text(bars))
        print(
            """
            The load comes from another process over the loopback, which shares the cores with
            the server; so it did while the limits were taken.
            """)
    }

    private func measure(_ run: Run) async throws {
        try await WitnessBars(run: run).measure()
        try await AnchorBars(run: run).measure()
        try await SimilarBars(run: run).measure()
        guard !run.sections.isSubset(of: [.witnesses, .anchors, .similar]) else { return }
        let workshop = run.workshop
        let ledger = try await workshop.ledger("ledger")
        defer { ledger.server.stop() }
        try await BulkLoad(ledger: ledger, workshop: workshop).fill(to: entries)
        ledger.server.stop()
        let store = try StoreCopy(of: ledger.data, to: workshop.folder.appending(path: "store"))
        defer { store.remove() }
        _ = try await ledger.start()
        try await LoadBars(run: run, ledger: ledger, store: store).measure()
        if run.has(.read) || run.has(.hash) {
            let small = try await workshop.newLedger("small")
            defer { small.server.stop() }
            try await BulkLoad(ledger: small, workshop: workshop).fill(to: ReadBars.smallEntries)
            try await ReadBars(run: run, ledger: ledger, small: small).measure()
            try await OfflineBars(run: run, ledger: ledger, small: small).measure()
        } else if run.has(.verify) {
            try await OfflineBars(run: run, ledger: ledger, small: ledger).measure()
        }
        try await ExplorerBars(run: run, ledger: ledger).measure()
        try await IndexBars(run: run, ledger: ledger).measure()
        try await FolderBars(run: run, ledger: ledger).measure()
        try AuditBars(run: run, ledger: ledger).measure()
    }
}
