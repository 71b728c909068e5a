import Foundation

/// What the index of a ledger costs: beside a ledger that has none, in memory and on the
/// processors, in its proofs, and at starts.
struct IndexBars {
    /// Rows of a capture: of its artifact, its `sub` and its `iss`.
    static let rowsOfCapture = 3.0

    /// Bytes of memory that a record may take: 500 MB for 234 million.
    private static let recordBytes = 500.0 / 234

    let run: Run
    let ledger: BenchLedger

    private var index: BenchIndex { BenchIndex(ledger: ledger) }

    /// Leaves the ledger served.
    func measure() async throws {
        guard run.has(.index) else { return }
        run.add([try await pair()])
        ledger.server.stop()
        _ = try await index.start()
        try await index.covered()
        try await ledger.rest()
        run.add([try await map()])
        try await IndexLoadBars(run: run, index: index).measure()
        try await IndexAnswerBars(run: run, ledger: ledger).measure()
        run.add([try await MemoryBar.measure("memory with an index", of: ledger)])
        try await IndexProofBars(run: run, index: index).measure()
        try await IndexStartBars(run: run, index: index).measure()
    }

    /// Loads of two new ledgers in turn, of which one has no index; both write rows of `keys` as
    /// often.
    private func pair() async throws -> Bar {
        let plain = try await run.workshop.newLedger("without-index", ["--index", "off"])
        defer { plain.server.stop() }
        plain.server.stop()
        _ = try await plain.start(BenchIndex.intervalFlags)
        let indexed = try await run.workshop.newLedger("with-index")
        defer { indexed.server.stop() }
        indexed.server.stop()
        _ = try await BenchIndex(ledger: indexed).start()
        let loads = PairedLoads(workshop: run.workshop, first: 0)
        let ratio = try await loads.middle(of: indexed, beside: plain)
        return Bar("batch with an index", "1/s", ratio.value, of: ratio.limit, .atLeast)
    }

    private func map() async throws -> Bar {
        let records = Double(try await ledger.captures()) * Self.rowsOfCapture
        let bytes = try await ledger.metric("colophon_index_map_bytes")
        return Bar("map, of a record", "B", bytes / records, of: Self.recordBytes)
    }
}
