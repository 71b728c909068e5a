import AsyncHTTPClient
import Merkle
import NIOHTTP1

/// How fast an index answers that no entry has a name: at rest, and while the ledger is fed.
struct IndexAnswerBars {
    /// Names that no entry has: of one proof after the other, and all that a second gives.
    private static let (names, rate) = (5000, 4000.0)

    /// Milliseconds of such a proof at rest, in the middle, and while statements come, of nearly
    /// all.
    private static let (restMilliseconds, loadMilliseconds) = (1.0, 1500.0)

    /// Seconds of a run of readers, and their connections: of one client more would find no
    /// room in the queue of those who read lists.
    private static let (seconds, connections) = (2, 4)

    let run: Run
    let ledger: BenchLedger

    func measure() async throws {
        let port = ledger.server.port
        let paths = (0..<Self.names).map {
            "/complete?sha256=\(Hash.sha256(Array("absent \($0)".utf8)))"
        }
        let rate = try Wrk.rate(
            port: port, paths: paths, seconds: Self.seconds, folder: run.workshop.folder,
            connections: Self.connections)
        let rest = try await Self.times(of: paths, port: port) { $0 < paths.count }
        let first = try await ledger.captures()
        let records = try run.workshop.sign(first..<first + run.sampleSize)
        let load = Load(Load.batches(of: records[...]))
        async let busy = Self.times(of: paths, port: port) { _ in !load.isHandedOut }
        _ = try await load.run(port: port, connections: BulkLoad.connections)
        run.add([
            Bar("GET complete, absent", "1/s", rate, of: Self.rate, .atLeast),
            Bar("the same, p50", "ms", rest.milliseconds(at: 0.5), of: Self.restMilliseconds),
            Bar(
                "p99 at the top rate", "ms", try await busy.milliseconds(at: 0.99),
                of: Self.loadMilliseconds),
        ])
    }

    /// The times of one request after the other, as long as `goesOn` says of their number so far.
    private static func times(
        of paths: [String], port: Int, while goesOn: (Int) -> Bool
    ) async throws -> Latencies {
        var times: [Int64] = []
        while goesOn(times.count) {
            let path = paths[times.count % paths.count]
            let begin = ContinuousClock.now
            let response = try await BenchLedger.answer(to: path, port: port)
            _ = try await response.body.collect(upTo: 1 << 20)
            times.append(Int64((ContinuousClock.now - begin) / .nanoseconds(1)))
            guard response.status.code == 200 else {
                throw BenchError("\(path): \(response.status)")
            }
        }
        return Latencies(times)
    }
}
