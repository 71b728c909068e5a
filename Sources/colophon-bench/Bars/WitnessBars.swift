import Checkpoints
import Encoding
import Foundation
import Keys
import Studio

/// What witnesses cost a ledger, how soon they have seen an entry, and how fast ours is.
struct WitnessBars {
    /// Logs that ask a witness at the same time, over as many connections as ask a busy one.
    private static let busyLogs = 256
    private static let busyConnections = 64

    /// Logs that a witness of the public network should be able to hold, and more (4,000).
    private static let manyLogs = 10_000

    /// Heads of each log that are cosigned while the time is taken.
    private static let heads = 40

    /// Heads of one log alone.
    private static let aloneHeads = 2_000

    /// Cosigned heads that a witness must put on its disk in a second.
    private static let perSecond = 2_000.0

    /// Witnesses of the ledger, and how often it asks them.
    private static let witnesses = 3
    private static let interval = "1s"

    /// Entries of which the time is taken until all witnesses have seen them, and the time.
    private static let proofs = 10
    private static let proofSeconds = 3.0

    let run: Run

    func measure() async throws {
        guard run.has(.witnesses) else { return }
        run.add(try await cosigning())
        run.add(try await witnessed())
    }

    // MARK: - The witness

    private func cosigning() async throws -> [Bar] {
        let few = try await rate(configured: 1, asking: 1, heads: Self.aloneHeads)
        let many = try await rate(
            configured: Self.manyLogs, asking: 1, heads: Self.aloneHeads)
        let busy = try await rate(
            configured: Self.manyLogs, asking: Self.busyLogs, heads: Self.heads)
        return [
            Bar(
                name: "add-checkpoint", unit: "1/s", value: busy, limit: Self.perSecond, target: 1,
                sense: .atLeast),
            Bar(
                name: "of 10,000 logs over 1", unit: "1/s", value: many, limit: few, target: 0.9,
                sense: .atLeast),
        ]
    }

    /// Cosignatures a second of a witness that knows some logs, of which some ask it.
    ///
    /// A log that asks alone waits for each answer, for each request names the size before.
    private func rate(configured: Int, asking: Int, heads: Int) async throws -> Double {
        let signers = try (0..<configured).map { number in
            try NoteSigner(name: Text("log\(number).example"), key: KeyFile.generate(.ed25519))
        }
        let witness = try BenchWitness(
            "alone", logs: signers.map(\.verifierKey), in: run.workshop.folder)
        defer { witness.server.stop() }
        let bodies = try GrowingLog(leaves: heads).requests(of: Array(signers.prefix(asking)))
        let load = Load(bodies.map { Load.post("/add-checkpoint", "text/plain", $0) })
        let result = try await load.run(
            port: witness.server.port, connections: asking == 1 ? 1 : Self.busyConnections)
        return result.perSecond
    }

    // MARK: - The ledger

    private func witnessed() async throws -> [Bar] {
        let plain = try await run.workshop.newLedger("without-witnesses")
        defer { plain.server.stop() }
        let ledger = try await run.workshop.newLedger("with-witnesses")
        defer { ledger.server.stop() }
        let witnesses = try BenchWitness.several(
            Self.witnesses, of: ledger, in: run.workshop.folder)
        defer { for witness in witnesses { witness.server.stop() } }
        let policy = try BenchWitness.writePolicy(ofAll: witnesses, in: run.workshop.folder)
        ledger.server.stop()
        _ = try await ledger.start([
            "--witness-policy", policy, "--witness-interval", Self.interval,
        ])
        let records = try run.workshop.sign(0..<Self.proofs)
        let slowest = try await slowestProof(of: records[...], ledger)
        let loads = PairedLoads(workshop: run.workshop, first: Self.proofs)
        let ratio = try await loads.middle(of: ledger, beside: plain)
        return [
            Bar(
                name: "entry seen by 3", unit: "s", value: slowest, limit: Self.proofSeconds,
                target: 1, sense: .atMost),
            Bar(
                name: "batch with 3 witnesses", unit: "1/s", value: ratio.value,
                limit: ratio.limit, target: 0.95, sense: .atLeast),
        ]
    }

    /// The longest time from a submission until all witnesses have seen the entry, in seconds.
    private func slowestProof(
        of records: ArraySlice<SignedRecord>, _ ledger: BenchLedger
    ) async throws -> Double {
        var slowest = 0.0
        for record in records {
            let start = ContinuousClock.now
            let one = Load(Load.entries(of: [record]))
            _ = try await one.run(port: ledger.server.port, connections: 1)
            while try await ledger.cosignatures(of: record.id) < Self.witnesses {
                try await Task.sleep(for: .milliseconds(10))
                guard ContinuousClock.now - start < .seconds(60) else {
                    throw BenchError("no witness has seen an entry within a minute")
                }
            }
            slowest = max(slowest, (ContinuousClock.now - start) / .seconds(1))
        }
        return slowest
    }
}
