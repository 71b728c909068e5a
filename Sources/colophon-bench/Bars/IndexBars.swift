import AsyncHTTPClient
import Files
import Foundation
import Merkle
import NIOHTTP1
import Provenance

/// What the index of a ledger costs: its memory, how far its heads lag, its proofs, and starts with
/// and without the file of its map.
struct IndexBars {
    /// Seconds from a start until it proves again.
    private static let startSeconds = 30.0

    /// Rows that a start without the file must read in a second, and rows of a capture: of its
    /// artifact, its `sub` and its `iss`.
    private static let (rows, rowsOfCapture) = (1_500_000.0, 3.0)

    /// Bytes of memory that a record may take: 500 MB for 234 million.
    private static let recordBytes = 500.0 / 234

    /// Seconds that an entry waits for a head here, and seconds that the head may come later.
    private static let (interval, lagSeconds) = (1.0, 2.0)

    /// Proofs that none has a name: of one after the other, and all that a second gives.
    private static let (absent, absentRate) = (5000, 4000.0)

    /// Milliseconds of such a proof at rest, in the middle, and while statements come, of nearly
    /// all.
    private static let (restMilliseconds, loadMilliseconds) = (1.0, 1500.0)

    /// Seconds of a run of readers, and their connections: of one client more would find no
    /// room in the queue of those who read lists.
    private static let (seconds, connections) = (2, 4)

    /// Seconds after which nobody waits any more for the index.
    private static let patience = 600.0

    /// Entries at the end of a log that may be index heads, which no head waits for.
    private static let headsAtEnd = 2

    private static let flags = ["--index", "on", "--index-interval", "1s"]

    let run: Run
    let ledger: BenchLedger

    /// Leaves the ledger served.
    func measure() async throws {
        guard run.has(.index) else { return }
        ledger.server.stop()
        _ = try await start()
        try await covered()
        try await ledger.rest()
        let captures = Double(try await ledger.captures())
        let bytes = try await ledger.metric("colophon_index_map_bytes")
        run.add([
            bar("map, of a record", "B", bytes / captures / Self.rowsOfCapture, Self.recordBytes)
        ])
        try await proofs()
        run.add([try await lag()])
        try await starts()
    }

    private func bar(
        _ name: String, _ unit: String, _ value: Double, _ limit: Double,
        _ sense: Bar.Sense = .atMost
    ) -> Bar {
        Bar(name: name, unit: unit, value: value, limit: limit, target: 1, sense: sense)
    }

    // MARK: - Proofs

    private func proofs() async throws {
        let port = ledger.server.port
        let paths = (0..<Self.absent).map {
            "/complete?sha256=\(Hash.sha256(Array("absent \($0)".utf8)))"
        }
        let rate = try Wrk.rate(
            port: port, paths: paths, seconds: Self.seconds, folder: run.workshop.folder,
            connections: Self.connections)
        let rest = try await Self.times(of: paths, port: port)
        let load = BulkLoad(ledger: ledger, workshop: run.workshop)
        let count = try await ledger.captures() + run.sampleSize
        async let busy = Self.times(of: paths, port: port)
        try await load.fill(to: count)
        run.add([
            bar("GET complete, absent", "1/s", rate, Self.absentRate, .atLeast),
            bar("the same, p50", "ms", rest.milliseconds(at: 0.5), Self.restMilliseconds),
            bar(
                "p99 while it is fed", "ms", try await busy.milliseconds(at: 0.99),
                Self.loadMilliseconds),
        ])
    }

    /// The times of one request after the other.
    private static func times(of paths: [String], port: Int) async throws -> Latencies {
        var times: [Int64] = []
        for path in paths {
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

    // MARK: - Heads

    /// How long after the last statement of a load a head covers it.
    private func lag() async throws -> Bar {
        let load = BulkLoad(ledger: ledger, workshop: run.workshop)
        try await load.fill(to: try await ledger.captures() + 8 * Sample.batchItems)
        let begin = ContinuousClock.now
        try await covered()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        return bar("lag of the head", "s", seconds, Self.interval + Self.lagSeconds)
    }

    /// Waits until the newest index head covers all statements there are.
    private func covered() async throws {
        let end = try await ledger.size() - Self.headsAtEnd
        try await patiently("an index head covers \(end) entries") {
            try await ledger.indexHead().map { Int($0.size) >= end } ?? false
        }
    }

    private func patiently(
        _ event: String, _ hasHappened: () async throws -> Bool
    ) async throws {
        let begin = ContinuousClock.now
        while try await !hasHappened() {
            guard (ContinuousClock.now - begin) / .seconds(1) < Self.patience else {
                throw BenchError("\(event): not after \(Self.patience) seconds")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    // MARK: - Starts

    /// Starts after a stop, after a kill, and without the file of the map.
    private func starts() async throws {
        ledger.server.stop()
        let file = try Place(ledger.data + ".index")
        let size = try file.status?.size
        run.workshop.say(
            size.map { "the file of the map has \($0) bytes" }
                ?? "there is no file of the map: too few entries have come")
        run.add([bar("index after a stop", "s", try await start(), Self.startSeconds)])
        let load = BulkLoad(ledger: ledger, workshop: run.workshop)
        try await load.crash(from: try await ledger.captures(), after: .seconds(2))
        run.add([bar("index after kill -9", "s", try await start(), Self.startSeconds)])
        try await load.mend()
        try await covered()
        let captures = Double(try await ledger.captures())
        ledger.server.stop()
        try file.folder.remove(file.name)
        let seconds = try await start()
        run.add([
            bar("index of rows alone", "s", seconds, Self.startSeconds),
            bar(
                "rows of it", "rows/s", captures * Self.rowsOfCapture / seconds, Self.rows,
                .atLeast),
        ])
    }

    /// Starts the ledger; returns the seconds until it proves which entries have a name.
    private func start() async throws -> Double {
        let begin = ContinuousClock.now
        _ = try await ledger.start(Self.flags)
        try await patiently("it proves which entries have a name") {
            try await ledger.provesNames()
        }
        return (ContinuousClock.now - begin) / .seconds(1)
    }
}
