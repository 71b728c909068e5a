import Foundation
import Studio

/// The bars that need a ledger under load, with the limits taken before and after.
struct LoadBars {
    /// Attempts at a run whose limits agree.
    private static let attempts = 3

    /// Seconds after which no other attempt is begun.
    private static let patience = 120.0

    /// Connections that send single statements.
    private static let entryConnections = 256

    /// Milliseconds within which half of all receipts must be there, and 99 of 100.
    private static let idleTarget = (median: 5.0, tail: 20.0)
    private static let halfRateTarget = (median: 15.0, tail: 60.0)

    let run: Run
    let ledger: BenchLedger

    /// A copy of the ledger's folder as it is before the load, for RocksDB alone.
    let store: StoreCopy

    /// Measures until the limits before and after agree, or time is up.
    func measure() async throws {
        guard !run.sections.isDisjoint(with: Section.loads) else { return }
        for attempt in 1...Self.attempts {
            let sample = try Sample(
                run.sampleSize, from: try await ledger.captures(), workshop: run.workshop)
            let (bars, drift) = try await measure(sample)
            run.workshop.say(
                String(format: "limits before and after differ by %.0f %%", drift * 100))
            let isLast = attempt == Self.attempts || run.secondsSoFar > Self.patience
            if drift <= MachineLimits.tolerance || isLast { return run.add(bars) }
        }
    }

    private func measure(_ sample: Sample) async throws -> (bars: [Bar], drift: Double) {
        _ = try await load(sample.batch.prefix(Sample.warmUp))
        let warm = try await ledger.batches()
        let size = max(1, Int((warm.entries - 1) / max(1, warm.count - 1)))
        let before = try await limits(sample, batch: size)
        var measured: [(MachineLimits) -> [Bar]] = []
        measured.append(try await batches(sample))
        if run.has(.entries) || run.has(.receipt) {
            measured.append(try await singles(sample))
        }
        let bars =
            run.has(.memory) ? [try await MemoryBar.measure("memory under load", of: ledger)] : []
        let after = try await limits(sample, batch: size)
        let mean = before.mean(with: after)
        return (measured.flatMap { $0(mean) } + bars, before.drift(to: after))
    }

    // MARK: - POST /batch

    private func batches(_ sample: Sample) async throws -> (MachineLimits) -> [Bar] {
        let before = try await ledger.batches()
        let (result, computed) = try await Computed.measure(of: ledger.server) {
            try await load(sample.batch.dropFirst(Sample.warmUp))
        } count: {
            Double($0.count)
        }
        let after = try await ledger.batches()
        let size = (after.entries - before.entries) / max(1, after.count - before.count)
        run.workshop.say(
            String(
                format: "write batches of %.0f entries; %.1f us computed for each entry", size,
                computed.server))
        let rate = result.perSecond
        guard run.has(.batch) else { return { _ in [] } }
        return { limits in
            [
                Bar(
                    name: "batch of verify", unit: "1/s", value: rate, limit: limits.verify,
                    target: 0.6, sense: .atLeast, computed: computed),
                Bar(
                    name: "batch of all limits", unit: "1/s", value: rate, limit: limits.batch,
                    target: 0.85, sense: .atLeast),
            ]
        }
    }

    /// Sends `works` through `POST /batch`; checks that the log has as many captures more.
    private func load(_ records: ArraySlice<SignedRecord>) async throws -> LoadResult {
        let before = try await ledger.captures()
        let result = try await sendBatches(records, port: ledger.server.port)
        let grown = try await ledger.captures() - before
        guard grown == records.count else {
            throw BenchError("\(records.count) statements sent, \(grown) logged")
        }
        return result
    }

    /// The result counts statements, not requests.
    private func sendBatches(
        _ records: ArraySlice<SignedRecord>, port: Int
    ) async throws -> LoadResult {
        let load = Load(Load.batches(of: records))
        let result = try await load.run(port: port, connections: BulkLoad.connections)
        return LoadResult(
            count: records.count, seconds: result.seconds, latencies: result.latencies)
    }

    // MARK: - POST /entries

    private func singles(_ sample: Sample) async throws -> (MachineLimits) -> [Bar] {
        let (top, computed) = try await Computed.measure(of: ledger.server) {
            try await sendEntries(sample.entries, ledger.server.port)
        } count: {
            Double($0.count)
        }
        run.workshop.say(
            String(format: "POST /entries computes %.1f us a request", computed.server))
        let idle = try await sendEntries(sample.idle, ledger.server.port, connections: 1)
        let half = top.perSecond / 2
        let paced = sample.paced.prefix(Int(half * 5))
        let steady = try await sendEntries(paced, ledger.server.port, perSecond: half)
        let times =
            Self.times("idle receipt", idle, Self.idleTarget)
            + Self.times("half-rate receipt", steady, Self.halfRateTarget)
        let receipts = run.has(.receipt) ? times : []
        guard run.has(.entries) else { return { _ in receipts } }
        return { limits in
            [
                Bar(
                    name: "entries, 256 conns", unit: "1/s", value: top.perSecond,
                    limit: limits.entries, target: 0.8, sense: .atLeast, computed: computed)
            ] + receipts
        }
    }

    private static func times(
        _ name: String, _ result: LoadResult, _ target: (median: Double, tail: Double)
    ) -> [Bar] {
        [("p50", 0.5, target.median), ("p99", 0.99, target.tail)].map { label, share, limit in
            Bar(
                name: "\(name) \(label)", unit: "ms",
                value: result.latencies.milliseconds(at: share), limit: limit, target: 1,
                sense: .atMost)
        }
    }

    private func sendEntries(
        _ records: ArraySlice<SignedRecord>, _ port: Int, connections: Int = entryConnections,
        perSecond rate: Double? = nil
    ) async throws -> LoadResult {
        let load = Load(Load.entries(of: records), perSecond: rate)
        return try await load.run(port: port, connections: connections)
    }

    // MARK: - The rest

    private func limits(_ sample: Sample, batch: Int) async throws -> MachineLimits {
        let first = try await ledger.captures()
        let rows = try StoreLimit.measure(sample.batch, from: first, batch: batch, in: store)
        let verify = try SignatureLimit.measure(
            sample.batch, by: run.workshop.verificationKey)
        let batches = try await bare { try await sendBatches(sample.batch, port: $0) }
        let entries = try await bare { try await sendEntries(sample.entries, $0) }
        run.workshop.say(
            String(
                format: "limits: verify %.0f, store %.0f, bare batch %.0f, bare entries %.0f",
                verify.perSecond, rows.perSecond, batches.perSecond, entries.perSecond))
        run.workshop.say(
            String(
                format: "which compute: verify %.1f us, store %.1f, bare batch %.1f, entries %.1f",
                verify.computed * 1e6, rows.computed * 1e6, batches.computed * 1e6,
                entries.computed * 1e6))
        return MachineLimits(
            verify: verify.perSecond, store: rows.perSecond, bareBatch: batches.perSecond,
            bareEntries: entries.perSecond)
    }

    /// Sends a load to the HTTP stack alone.
    private func bare(_ send: (Int) async throws -> LoadResult) async throws -> Rate {
        let start = try run.bare.computedSeconds()
        let result = try await send(run.bare.port)
        let computed = try run.bare.computedSeconds() - start
        return Rate(perSecond: result.perSecond, computed: computed / Double(result.count))
    }
}
