import Foundation
import Studio

/// What an index costs while statements come: its share of the processors, and how long an entry
/// waits for a head.
struct IndexLoadBars {
    /// The name of the thread that makes rows, map and heads; its share of what the server
    /// computes, in hundredths.
    private static let (thread, percent) = ("indexer", 10.0)

    /// Seconds that an entry waits for its head at the most: at half of the top rate beside the
    /// interval, and at the top rate in all.
    private static let (lateSeconds, topSeconds) = (2.0, 15.0)

    /// Statements in one body: at the top rate as in pairs of loads, at half of it so few that they
    /// come one behind the other.
    private static let (topItems, halfItems) = (Sample.batchItems / 4, 64)

    /// The fewest statements that say anything: of some seconds.
    private static let fewest = 8 * Sample.batchItems

    let run: Run
    let index: BenchIndex

    /// What came of one load.
    private struct Fed {
        /// Statements a second.
        let rate: Double

        /// The longest that an entry waited for its head, in seconds.
        let lag: Double

        /// Seconds that the server has computed until a head covered all, and of these its indexer.
        let computed: (all: Double, indexer: Double)
    }

    func measure() async throws {
        let count = max(run.sampleSize, Self.fewest)
        let first = try await index.ledger.captures()
        let records = try run.workshop.sign(first..<first + count + count / 2)
        let top = try await fed(records[..<count], items: Self.topItems)
        let half = try await fed(
            records[count...], items: Self.halfItems, perSecond: top.rate / 2)
        let (all, indexer) = top.computed
        run.workshop.say(
            String(format: "the indexer computed %.2f of the server's %.2f seconds", indexer, all))
        run.add([
            Bar("CPU of the indexer", "%", 100 * indexer / all, of: Self.percent),
            Bar("lag at the top rate", "s", top.lag, of: Self.topSeconds),
            Bar("lag at half rate", "s", half.lag, of: BenchIndex.interval + Self.lateSeconds),
        ])
    }

    /// Feeds the ledger and watches its heads, until one covers all that came.
    private func fed(
        _ records: ArraySlice<SignedRecord>, items: Int, perSecond rate: Double? = nil
    ) async throws -> Fed {
        let server = index.ledger.server
        let bodies = rate.map { $0 / Double(items) }
        let load = Load(Load.batches(of: records, items: items), perSecond: bodies)
        let end = try await index.ledger.captures() + records.count
        let before = try (
            all: server.computedSeconds(), indexer: server.computedSeconds(ofThreads: Self.thread)
        )
        let port = server.port
        async let loaded = load.run(port: port, connections: BulkLoad.connections)
        let lag = try await index.lag(of: load, until: end)
        let result = try await loaded
        let computed = try (
            all: server.computedSeconds() - before.all,
            indexer: server.computedSeconds(ofThreads: Self.thread) - before.indexer
        )
        return Fed(
            rate: Double(records.count) / result.seconds, lag: lag, computed: computed)
    }
}
