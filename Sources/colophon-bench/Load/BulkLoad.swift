import Foundation
import NIOCore

/// Fills a ledger through `POST /batch`, and goes on where an earlier run was interrupted.
///
/// The captures are numbered, and what is logged of them are all numbers below the ledger's size
/// but for some of the last ones: all loads send in order and wait for a chunk before the next.
/// So nothing has to be remembered but the ledger itself.
struct BulkLoad {
    /// Statements that are signed while those before them are sent: 32 MB of bodies.
    private static let chunk = 8 * Sample.batchItems

    /// Connections that send batches.
    static let connections = 4

    let ledger: BenchLedger
    let workshop: Workshop

    /// Loads until `count` captures are logged; returns what was loaded a second.
    func fill(to count: Int) async throws {
        try await mend()
        let first = try await ledger.captures()
        guard first < count else { return }
        var progress = LoadProgress("loading", from: first, to: count)
        let captures = workshop.captures
        var next = first
        var bodies = try Self.bodies(next..<min(next + Self.chunk, count), captures)
        while next < count {
            next = min(next + Self.chunk, count)
            let following = next..<min(next + Self.chunk, count)
            async let signed = Self.bodies(following, captures)
            try await send(bodies)
            bodies = try await signed
            guard try await ledger.captures() == next else {
                throw BenchError("\(next) captures sent, \(try await ledger.captures()) logged")
            }
            progress.show(next)
        }
        workshop.say(progress.summary)
    }

    /// Sends again what the end of an interrupted run may have left out, until every number
    /// below the number of captures is logged.
    func mend() async throws {
        var count = try await ledger.captures()
        var start = max(0, count - Self.chunk)
        while start < count {
            try await send(Self.bodies(start..<count, workshop.captures))
            start = count
            count = try await ledger.captures()
        }
    }

    /// Loads from `number` on until the ledger is ended while it works.
    func crash(from number: Int, after delay: Duration) async throws {
        let bodies = try Self.bodies(number..<(number + 2 * Self.chunk), workshop.captures)
        let port = ledger.server.port
        async let broken: Void? = try? await Self.send(bodies, port: port)
        try await Task.sleep(for: delay)
        ledger.server.crash()
        guard await broken == nil else {
            throw BenchError("the load was over before the ledger was ended")
        }
    }

    private static func bodies(
        _ numbers: Range<Int>, _ captures: Captures
    ) throws -> [ByteBuffer] {
        guard !numbers.isEmpty else { return [] }
        return Load.batches(of: try captures.records(numbers)[...])
    }

    private func send(_ bodies: [ByteBuffer]) async throws {
        try await Self.send(bodies, port: ledger.server.port)
    }

    private static func send(_ bodies: [ByteBuffer], port: Int) async throws {
        _ = try await Load(bodies).run(port: port, connections: connections)
    }
}
