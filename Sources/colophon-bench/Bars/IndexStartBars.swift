import Files

/// Starts of a ledger with an index until it proves which entries have a name, and the check of its
/// folder.
struct IndexStartBars {
    /// Seconds of a start.
    private static let seconds = 30.0

    /// Rows that a start without the file of the map must read in a second.
    private static let rows = 1_500_000.0

    let run: Run
    let index: BenchIndex

    private var ledger: BenchLedger { index.ledger }

    /// Starts after a stop, after a kill, and without the file of the map; leaves the ledger
    /// served.
    func measure() async throws {
        ledger.server.stop()
        let file = try Place(ledger.data + ".index")
        let size = try file.status?.size
        run.workshop.say(
            size.map { "the file of the map has \($0) bytes" }
                ?? "there is no file of the map: too few entries have come")
        run.add([Bar("index after a stop", "s", try await index.start().proves, of: Self.seconds)])
        let load = BulkLoad(ledger: ledger, workshop: run.workshop)
        try await load.crash(from: try await ledger.captures(), after: .seconds(2))
        run.add([Bar("index after kill -9", "s", try await index.start().proves, of: Self.seconds)])
        try await load.mend()
        try await index.covered()
        ledger.server.stop()
        try file.folder.remove(file.name)
        let start = try await index.start()
        let rows = IndexBars.rowsOfCapture * Double(try await ledger.captures())
        ledger.server.stop()
        // The map is begun when the ledger is ready.
        let rate = rows / (start.proves - start.ready)
        run.add([
            Bar("index of rows alone", "s", start.proves, of: Self.seconds),
            Bar("rows of it", "rows/s", rate, of: Self.rows, .atLeast),
            try FolderCheck.bar("fsck with the map", of: ledger),
        ])
        _ = try await index.start()
    }
}
