import Foundation
import Studio

/// The same statements sent to two ledgers in turn, again and again: what one costs beside the
/// other, on a machine whose speed drifts.
///
/// Each ledger gets a pair's statements in two halves, in the order A B B A, so that a drift within
/// the pair falls on both alike. Before each half both ledgers are at rest: what one has left to
/// compact is not done while the other is measured. A body has few statements, so that all
/// connections work until the end of a half. What a ledger computes is counted until it is at rest.
struct PairedLoads {
    /// Pairs, of which the middle one counts; odd, so that there is one.
    private static let pairs = 7

    /// Statements of a half: some two seconds of work.
    private static let half = 7 * BulkLoad.connections * bodyItems

    /// Statements in one body: each connection sends seven of them in a half.
    private static let bodyItems = Sample.batchItems / 4

    /// Statements that both get first, untimed: neither is measured while it warms up.
    private static let warmUp = Sample.warmUp

    /// Statements that are sent altogether.
    static let statements = warmUp + pairs * 2 * half

    let workshop: Workshop

    /// The statements have the numbers from here on.
    let first: Int

    /// Rates of both, in statements a second, of the pair whose ratio is the middle one.
    func middle(of ledger: BenchLedger, beside plain: BenchLedger) async throws -> (
        value: Double, limit: Double
    ) {
        let ledgers = [ledger, plain]
        let warmUp = try workshop.sign(first..<first + Self.warmUp)
        for ledger in ledgers { _ = try await seconds(warmUp, ledger) }
        for ledger in ledgers { try await ledger.rest() }
        var computed = [0.0, 0.0]
        var pairs: [(value: Double, limit: Double)] = []
        for number in 0..<Self.pairs {
            let start = first + Self.warmUp + number * 2 * Self.half
            let records = try workshop.sign(start..<start + 2 * Self.half)
            // Each is the outer one in its turn.
            let (outer, inner) = number.isMultiple(of: 2) ? (0, 1) : (1, 0)
            var times = [0.0, 0.0]
            for (index, isFirstHalf) in [
                (outer, true), (inner, true), (inner, false), (outer, false),
            ] {
                let part = isFirstHalf ? records.prefix(Self.half) : records.suffix(Self.half)
                let before = try ledgers[index].server.computedSeconds()
                times[index] += try await seconds(part, ledgers[index])
                try await ledgers[index].rest()
                computed[index] += try ledgers[index].server.computedSeconds() - before
            }
            let count = Double(records.count)
            pairs.append((count / times[0], count / times[1]))
        }
        let sorted = pairs.sorted { $0.value / $0.limit < $1.value / $1.limit }
        let ratios = sorted.map { String(format: "%.3f", $0.value / $0.limit) }
        workshop.say("ratios of the pairs: \(ratios.joined(separator: " "))")
        let each = 1e6 / Double(Self.pairs * 2 * Self.half)
        workshop.say(
            String(
                format: "an entry computes %.1f us until all is at rest, %.1f us of the other",
                computed[0] * each, computed[1] * each))
        return sorted[Self.pairs / 2]
    }

    private func seconds(
        _ records: some RandomAccessCollection<SignedRecord>, _ ledger: BenchLedger
    ) async throws -> Double {
        let load = Load(Load.batches(of: Array(records)[...], items: Self.bodyItems))
        return try await load.run(
            port: ledger.server.port, connections: BulkLoad.connections
        ).seconds
    }
}
