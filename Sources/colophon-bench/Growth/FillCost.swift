import Foundation

/// What a server has computed, written and held back so far, as it and its system count.
struct FillCost {
    private let entries: Double
    private let computed: Double
    private let written: Double
    private let tables: Double
    private let held: Double

    /// Asks the server of a ledger.
    init(of ledger: BenchLedger) async throws {
        entries = Double(try await ledger.captures())
        computed = try ledger.server.computedSeconds()
        written = try ledger.server.writtenBytes()
        tables = try await ledger.metric("colophon_index_ingest_seconds_count")
        held = try await ledger.metric("colophon_index_ingest_seconds_sum")
    }

    /// Says what each entry that came since `before` took, compactions included; nil without one.
    func words(since before: FillCost) -> String? {
        let count = entries - before.entries
        guard count > 0 else { return nil }
        let each = String(
            format: "an entry took %.1f us of the server and %.0f B written to the disk",
            (computed - before.computed) / count * 1e6, (written - before.written) / count)
        let new = tables - before.tables
        guard new > 0 else { return each }
        return each
            + String(
                format: "; %.0f tables of keys held other writes back for %.2f ms each", new,
                (held - before.held) / new * 1e3)
    }
}
