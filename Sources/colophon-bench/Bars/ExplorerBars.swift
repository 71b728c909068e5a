import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What the pages for people cost: their readers, and everybody else.
struct ExplorerBars {
    /// Pages that are asked for one after the other, of entries all over the log.
    private static let pages = 400

    /// Milliseconds within which the first byte of 99 of 100 pages must be there.
    private static let firstByte = 5.0

    /// KiB that a page may have, without pictures.
    private static let pageSize = 60.0

    /// Statements a second that are registered, with readers and without, and how many in each.
    private static let registrations = (perSecond: 200.0, count: 2_000)

    /// How much longer 99 of 100 registrations may take while pages are read.
    private static let slowdown = 1.1

    /// Readers at one time, each with the next page as soon as it has one.
    private static let readers = 4

    let run: Run
    let ledger: BenchLedger

    /// Leaves the ledger served with its pages.
    func measure() async throws {
        guard run.has(.explorer) else { return }
        ledger.server.stop()
        _ = try await ledger.start(["--explorer"])
        try await ledger.rest()
        let total = try await ledger.captures()
        let paths = try run.workshop.names(Self.pages, ofFirst: total).map { "/entries/\($0)" }
        let (latencies, largest) = try await read(paths)
        run.add([
            Bar(
                name: "entry page, first byte p99", unit: "ms",
                value: latencies.milliseconds(at: 0.99), limit: Self.firstByte, target: 1,
                sense: .atMost),
            Bar(
                name: "entry page, size", unit: "KiB", value: Double(largest) / 1024,
                limit: Self.pageSize, target: 1, sense: .atMost),
            try await registration(paths, from: total),
        ])
    }

    /// Asks for each page and returns the times to its first byte, and the bytes of the largest.
    private func read(_ paths: [String]) async throws -> (Latencies, largest: Int) {
        let port = ledger.server.port
        _ = try await Self.page(paths[0], port)
        var (times, largest) = ([Int64](), 0)
        for path in paths {
            let (time, size) = try await Self.page(path, port)
            times.append(time)
            largest = max(largest, size)
        }
        return (Latencies(times), largest)
    }

    /// Returns the nanoseconds to the first byte of a page, and its bytes.
    private static func page(_ path: String, _ port: Int) async throws -> (
        nanoseconds: Int64, size: Int
    ) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers.add(name: "Accept", value: "text/html")
        let start = NIODeadline.now()
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let time = (NIODeadline.now() - start).nanoseconds
        let size = try await response.body.collect(upTo: 1 << 20).readableBytes
        // A reader of many is sent away, which costs little and is no page.
        guard response.status.code == 200 || response.status.code == 503 else {
            throw BenchError("\(path) is answered with \(response.status.code)")
        }
        return (time, size)
    }

    /// The time of registrations while pages are read, beside that before and after.
    private func registration(_ paths: [String], from first: Int) async throws -> Bar {
        let count = Self.registrations.count
        let records = try run.workshop.sign(first..<(first + 3 * count))
        func time(_ part: Int) async throws -> Double {
            let load = Load(
                Load.entries(of: records[(part * count)..<((part + 1) * count)]),
                perSecond: Self.registrations.perSecond)
            return try await load.run(port: ledger.server.port, connections: 32)
                .latencies.milliseconds(at: 0.99)
        }
        let before = try await time(0)
        let during = try await whileRead(paths) { try await time(1) }
        let after = try await time(2)
        run.workshop.say(
            String(
                format: "registration p99: %.2f ms before readers, %.2f with, %.2f after", before,
                during, after))
        return Bar(
            name: "registration p99 beside readers", unit: "ms", value: during,
            limit: (before + after) / 2, target: Self.slowdown, sense: .atMost)
    }

    /// Runs `body` while readers ask for pages, which all must get.
    private func whileRead(
        _ paths: [String], _ body: () async throws -> Double
    ) async throws -> Double {
        let port = ledger.server.port
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for reader in 0..<Self.readers {
                group.addTask {
                    var next = reader
                    while !Task.isCancelled {
                        do {
                            _ = try await Self.page(paths[next % paths.count], port)
                        } catch is CancellationError {
                            return
                        } catch let error as HTTPClientError where error == .cancelled {
                            return
                        }
                        next += Self.readers
                    }
                }
            }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }
}
