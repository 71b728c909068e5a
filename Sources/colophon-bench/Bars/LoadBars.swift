import Encoding
import Foundation

/// The bars that need a ledger under load, with the limits taken before and after.
struct LoadBars {
    /// Attempts at a run whose limits agree.
    private static let attempts = 3

    /// Seconds after which no other attempt is begun, so that the run ends within 4 minutes.
    private static let patience = 80.0

    /// Connections that send batches, and single statements.
    private static let batchConnections = 4
    private static let entryConnections = 256

    let run: Run

    /// Measures until the limits before and after agree, or time is up.
    func measure() async throws {
        for attempt in 1...Self.attempts {
            let ledger = try run.startLedger("ledger-\(attempt)")
            let (bars, drift) = try await measure(ledger)
            let isLast = attempt == Self.attempts || run.secondsSoFar > Self.patience
            run.say(String(format: "limits before and after differ by %.0f %%", drift * 100))
            if drift <= Limits.tolerance || isLast {
                run.add(bars)
                try await ReadBars(run: run, ledger: ledger).measure()
                try await OfflineBars(run: run, ledger: ledger).measure()
                ledger.server.stop()
                return
            }
            ledger.server.stop()
        }
    }

    private func measure(_ ledger: BenchLedger) async throws -> (bars: [Bar], drift: Double) {
        _ = try await load(run.batchWorks.prefix(Run.warmUp), ledger)
        let warm = try await ledger.batches()
        let size = max(1, Int((warm.entries - 1) / max(1, warm.count - 1)))
        guard !run.sections.isDisjoint(with: [.batch, .entries, .receipt, .memory]) else {
            return ([], 0)
        }
        let before = try await limits(batch: size)
        var bars: [Bar] = []
        var measured: [(Limits) -> [Bar]] = []
        if run.has(.batch) || run.has(.memory) {
            measured.append(try await batches(ledger))
        }
        if run.has(.memory) { bars.append(try memory(ledger)) }
        if run.has(.entries) || run.has(.receipt) {
            measured.append(try await singles(ledger))
        }
        let after = try await limits(batch: size)
        let mean = before.mean(with: after)
        return (measured.flatMap { $0(mean) } + bars, before.drift(to: after))
    }

    // MARK: - POST /batch

    private func batches(_ ledger: BenchLedger) async throws -> (Limits) -> [Bar] {
        let before = try await ledger.batches()
        let start = try ledger.server.computedSeconds()
        let result = try await load(run.batchWorks.dropFirst(Run.warmUp), ledger)
        let computed = try ledger.server.computedSeconds() - start
        let after = try await ledger.batches()
        let size = (after.entries - before.entries) / max(1, after.count - before.count)
        run.say(
            String(
                format: "write batches of %.0f entries; %.1f us computed for each entry", size,
                computed * 1e6 / Double(result.count)))
        let rate = result.perSecond
        guard run.has(.batch) else { return { _ in [] } }
        return { limits in
            [
                Bar(
                    name: "batch of verify", unit: "1/s", value: rate, limit: limits.verify,
                    target: 0.5, sense: .atLeast),
                Bar(
                    name: "batch of all limits", unit: "1/s", value: rate, limit: limits.batch,
                    target: 0.85, sense: .atLeast),
            ]
        }
    }

    /// Sends `works` through `POST /batch`; checks that the log has grown by as many.
    private func load(
        _ works: ArraySlice<SignedWork>, _ ledger: BenchLedger
    ) async throws -> LoadResult {
        let size = try await ledger.size()
        let result = try await sendBatches(works, port: ledger.server.port)
        let grown = try await ledger.size() - size
        guard grown == works.count else {
            throw BenchError("\(works.count) statements sent, \(grown) entries logged")
        }
        return result
    }

    /// The result counts statements, not requests.
    private func sendBatches(
        _ works: ArraySlice<SignedWork>, port: Int
    ) async throws -> LoadResult {
        let bodies = stride(from: works.startIndex, to: works.endIndex, by: Run.batchItems).map {
            var body: [UInt8] = []
            for work in works[$0..<min($0 + Run.batchItems, works.endIndex)] {
                CBOR.append(work.bytes, to: &body)
            }
            return Load.post("/batch", "application/cbor-seq", body)
        }
        let result = try await Load(bodies).run(port: port, connections: Self.batchConnections)
        return LoadResult(
            count: works.count, seconds: result.seconds, latencies: result.latencies)
    }

    // MARK: - POST /entries

    private func singles(_ ledger: BenchLedger) async throws -> (Limits) -> [Bar] {
        let start = try ledger.server.computedSeconds()
        let top = try await sendEntries(run.entryWorks, ledger.server.port)
        let computed = try ledger.server.computedSeconds() - start
        run.say(
            String(
                format: "POST /entries computes %.1f us a request",
                computed * 1e6 / Double(top.count)))
        let idle = try await sendEntries(run.idleWorks, ledger.server.port, connections: 1)
        let half = top.perSecond / 2
        let paced = run.pacedWorks.prefix(Int(half * 5))
        let steady = try await sendEntries(paced, ledger.server.port, perSecond: half)
        var times: [Bar] = []
        for (name, result, median, tail) in [
            ("idle receipt", idle, 10.0, 20.0), ("half-rate receipt", steady, 15.0, 60.0),
        ] {
            for (share, limit, label) in [(0.5, median, "p50"), (0.99, tail, "p99")] {
                times.append(
                    Bar(
                        name: "\(name) \(label)", unit: "ms",
                        value: result.latencies.milliseconds(at: share), limit: limit, target: 1,
                        sense: .atMost))
            }
        }
        let receipts = run.has(.receipt) ? times : []
        guard run.has(.entries) else { return { _ in receipts } }
        return { limits in
            [
                Bar(
                    name: "entries, 256 conns", unit: "1/s", value: top.perSecond,
                    limit: limits.entries, target: 0.8, sense: .atLeast)
            ] + receipts
        }
    }

    private func sendEntries(
        _ works: ArraySlice<SignedWork>, _ port: Int, connections: Int = entryConnections,
        perSecond rate: Double? = nil
    ) async throws -> LoadResult {
        let requests = works.map { Load.post("/entries", "application/cose", $0.bytes) }
        return try await Load(requests, perSecond: rate).run(port: port, connections: connections)
    }

    // MARK: - The rest

    private func memory(_ ledger: BenchLedger) throws -> Bar {
        run.say(String(format: "peak memory %.0f MiB", try ledger.server.memory("VmHWM")))
        return Bar(
            name: "memory after load", unit: "MiB", value: try ledger.server.memory("VmRSS"),
            limit: 300, target: 1, sense: .atMost)
    }

    private func limits(batch: Int) async throws -> Limits {
        let store = try StoreLimit.measure(run.batchWorks, batch: batch, folder: run.folder)
        let verify = try SignatureLimit.measure(run.batchWorks, by: run.verificationKey)
        let batches = try await bare { try await sendBatches(run.batchWorks, port: $0) }
        let entries = try await bare { try await sendEntries(run.entryWorks, $0) }
        run.say(
            String(
                format: "limits: verify %.0f, store %.0f, bare batch %.0f, bare entries %.0f",
                verify.perSecond, store.perSecond, batches.perSecond, entries.perSecond))
        run.say(
            String(
                format: "which compute: verify %.1f us, store %.1f, bare batch %.1f, entries %.1f",
                verify.computed * 1e6, store.computed * 1e6, batches.computed * 1e6,
                entries.computed * 1e6))
        return Limits(
            verify: verify.perSecond, store: store.perSecond, bareBatch: batches.perSecond,
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
