import Foundation
import LedgerClient
import Provenance

/// GETs, beside what the HTTP stack serves from a buffer of the same size.
struct ReadBars {
    /// Entries that are asked for in turn, all over the log.
    private static let sample = 5000

    private static let seconds = 2

    let run: Run
    let ledger: BenchLedger

    func measure() async throws {
        guard run.has(.read) else { return }
        let size = try await ledger.size()
        let tiles = (0..<min(size / 256, 999)).map { "/tile/0/" + String(format: "%03d", $0) }
        let (receipt, checkpoint) = try await sizes()
        // All of the first statements are logged, whichever part of the run was asked for.
        let logged = run.has(.batch) || run.has(.memory) ? run.entries : Run.warmUp
        let entries = stride(from: 0, to: logged, by: max(1, logged / Self.sample)).map {
            "/entries/\(run.works[$0].statement.id)"
        }
        run.add([
            try bar("GET tile", tiles, 8192, target: 0.9),
            try bar("GET checkpoint", ["/checkpoint"], checkpoint, target: 0.9),
            try bar("GET entry", entries.shuffled(), receipt, target: 0.5),
        ])
    }

    /// Bytes of a receipt and of the checkpoint.
    private func sizes() async throws -> (receipt: Int, checkpoint: Int) {
        let entry = run.works[0].statement.id
        return try await LedgerClient.with(ledger.url) { client in
            let file = try await client.transparent(entry)
            let receipt = try TransparentStatement(file).receipts.first?.count ?? 0
            return (receipt, try await client.checkpoint().count)
        }
    }

    private func bar(
        _ name: String, _ paths: [String], _ byteCount: Int, target: Double
    ) throws -> Bar {
        let (before, bareTime) = try rate(run.bare, ["/\(byteCount)"])
        let (value, time) = try rate(ledger.server, paths)
        let (after, _) = try rate(run.bare, ["/\(byteCount)"])
        run.say(
            String(
                format: "constant buffer of %d bytes: %.0f/s before, %.0f/s after", byteCount,
                before, after))
        run.say(
            String(
                format: "%@ computes %.1f us a request, the constant buffer %.1f us", name,
                time * 1e6, bareTime * 1e6))
        return Bar(
            name: name, unit: "1/s", value: value, limit: (before + after) / 2, target: target,
            sense: .atLeast)
    }

    /// Answers per second, and the seconds that the server computes for each.
    private func rate(
        _ server: Server, _ paths: [String]
    ) throws -> (perSecond: Double, computed: Double) {
        let start = try server.computedSeconds()
        let rate = try Wrk.rate(
            port: server.port, paths: paths, seconds: Self.seconds, folder: run.folder)
        let computed = try server.computedSeconds() - start
        return (rate, computed / (rate * Double(Self.seconds)))
    }
}
