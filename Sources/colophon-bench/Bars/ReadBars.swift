import Encoding
import Foundation
import LedgerClient
import Provenance

/// GETs, beside what the HTTP stack serves from a buffer of the same size.
struct ReadBars {
    /// Entries that are asked for in turn, all over the log.
    private static let sample = 5000

    private static let seconds = 2

    /// Entries of the ledger that the large one is held to.
    static let smallEntries = 10_000

    let run: Run
    let ledger: BenchLedger

    /// A ledger of ``smallEntries``.
    let small: BenchLedger

    func measure() async throws {
        guard run.has(.read) else { return }
        try await ledger.rest()
        let size = try await ledger.size()
        let tiles = (0..<min(size / 256, 999)).map { "/tile/0/" + String(format: "%03d", $0) }
        let entries = try await paths(ledger)
        let (receipt, checkpoint) = try await sizes(of: entries[0])
        try Wrk.warm(port: ledger.server.port, paths: entries, in: run.workshop)
        run.add([
            try await bar("GET tile", tiles, 8192, target: 0.9),
            try await bar("GET checkpoint", ["/checkpoint"], checkpoint, target: 0.9),
            try await bar("GET entry", entries, receipt, target: 0.5),
            try await flatness(entries, try await paths(small)),
        ])
    }

    /// Paths of entries all over a log.
    private func paths(_ ledger: BenchLedger) async throws -> [String] {
        let total = try await ledger.captures()
        return try run.workshop.names(Self.sample, ofFirst: total).map { "/entries/\($0)" }
    }

    /// Bytes of a receipt and of the checkpoint.
    private func sizes(of path: String) async throws -> (receipt: Int, checkpoint: Int) {
        guard let entry = EntryID(Text(String(path.dropFirst("/entries/".count)))) else {
            throw BenchError("\(path) names no entry")
        }
        return try await LedgerClient.with(ledger.url) { client in
            let file = try await client.transparent(entry)
            let receipt = try TransparentStatement(file).receipts.first?.count ?? 0
            return (receipt, try await client.checkpoint().count)
        }
    }

    /// The large ledger beside the small one, which is asked before and after.
    private func flatness(_ entries: [String], _ few: [String]) async throws -> Bar {
        let (before, _) = try await rate(small.server, few)
        let (value, computed) = try await rate(ledger.server, entries)
        let (after, ofFew) = try await rate(small.server, few)
        run.workshop.say(
            String(
                format: "GET entry computes %.1f us a request, %.1f us of %d entries",
                computed.server, ofFew.server, Self.smallEntries))
        return Bar(
            name: "GET entry, flat", unit: "1/s", value: value, limit: (before + after) / 2,
            target: 0.9, sense: .atLeast, computed: computed)
    }

    private func bar(
        _ name: String, _ paths: [String], _ byteCount: Int, target: Double
    ) async throws -> Bar {
        let (before, bare) = try await rate(run.bare, ["/\(byteCount)"])
        let (value, computed) = try await rate(ledger.server, paths)
        let (after, _) = try await rate(run.bare, ["/\(byteCount)"])
        run.workshop.say(
            String(
                format: "constant buffer of %d bytes: %.0f/s before, %.0f/s after", byteCount,
                before, after))
        run.workshop.say(
            String(
                format: "%@ computes %.1f us a request, the constant buffer %.1f us", name,
                computed.server, bare.server))
        return Bar(
            name: name, unit: "1/s", value: value, limit: (before + after) / 2, target: target,
            sense: .atLeast, computed: computed)
    }

    /// Answers per second, and what one of them cost.
    private func rate(
        _ server: Server, _ paths: [String]
    ) async throws -> (perSecond: Double, computed: Computed) {
        let (rate, computed) = try await Computed.measure(of: server) {
            try Wrk.rate(
                port: server.port, paths: paths, seconds: Self.seconds,
                folder: run.workshop.folder)
        } count: {
            $0 * Double(Self.seconds)
        }
        return (rate, computed)
    }
}
