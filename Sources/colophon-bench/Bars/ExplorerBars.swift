import Foundation
import Studio

/// What the pages for people cost: their readers, and everybody else.
///
/// They are measured on the ledger that is filled, whose entries are works of one step, and on a
/// small one that has works of many steps.
struct ExplorerBars {
    /// Pages that are asked for one after the other, of entries all over the log.
    private static let pages = 400

    /// Milliseconds within which the first byte of 99 of 100 pages must be there.
    private static let firstByte = 5.0

    /// KiB that a page may have in all, without pictures.
    private static let pageSize = 60.0

    /// Works of many steps, and the steps of each: more than a page shows.
    private static let longWorks = (count: 50, steps: 24)

    let run: Run
    let ledger: BenchLedger

    /// Leaves the ledger served with its pages.
    func measure() async throws {
        guard run.has(.explorer) else { return }
        run.add(try await longWorks())
        ledger.server.stop()
        _ = try await ledger.start(["--explorer"])
        try await ledger.rest()
        let total = try await ledger.captures()
        let paths = try run.workshop.names(Self.pages, ofFirst: total).map { "/entries/\($0)" }
        run.add(try await bars("entry page", paths, of: ledger))
        run.add(try await registration(beside: paths, from: total))
    }

    /// What registrations take while others read pages and lists.
    private func registration(beside pages: [String], from first: Int) async throws -> [Bar] {
        let readers = BesideReaders(workshop: run.workshop, ledger: ledger)
        let issuer = BenchLedger.issuer
        let places = stride(from: 0, to: first, by: max(1, first / Self.pages))
        var next = first
        var bars: [Bar] = []
        for requests in [
            IdleReaders.Requests(name: "pages", paths: pages),
            IdleReaders.Requests(
                name: "lists", paths: places.map { "/find?by=issuer&q=\(issuer)&after=\($0)" }),
            IdleReaders.Requests(
                name: "threads",
                paths: places.map { "/threads?iss=\(issuer)&after=\($0)&limit=500" }),
        ] {
            bars.append(try await readers.bar(requests, from: &next))
        }
        return bars
    }

    /// The pages of works of many steps, in a ledger of their own.
    private func longWorks() async throws -> [Bar] {
        let ledger = try await run.workshop.newLedger("works")
        defer { ledger.server.stop() }
        ledger.server.stop()
        _ = try await ledger.start(["--explorer"])
        let works = try (0..<Self.longWorks.count).map {
            try run.workshop.captures.work(of: Self.longWorks.steps, numbered: $0)
        }
        _ = try await Load(Load.entries(of: works.flatMap(\.self)[...])).run(
            port: ledger.server.port, connections: 8)
        try await ledger.rest()
        // The last step leads to most of the others.
        let paths = works.compactMap { $0.last.map { "/entries/\($0.id)" } }
        return try await bars("page of a long work", paths, of: ledger)
    }

    /// Reads pages, and returns what they took; says what one costs the server.
    private func bars(
        _ name: String, _ paths: [String], of ledger: BenchLedger
    ) async throws -> [Bar] {
        let before = try ledger.server.computedSeconds()
        let read = try await PageReader(port: ledger.server.port).read(paths)
        let computed = try ledger.server.computedSeconds() - before
        let latencies = read.latencies
        run.workshop.say(
            String(
                format: "\(name): first byte p50 %.2f ms, p99 %.2f ms; %.2f ms of a core each; "
                    + "%d bytes in all", latencies.milliseconds(at: 0.5),
                latencies.milliseconds(at: 0.99), 1_000 * computed / Double(paths.count),
                read.largest))
        func bar(_ what: String, _ unit: String, _ value: Double, _ limit: Double) -> Bar {
            Bar(
                name: "\(name), \(what)", unit: unit, value: value, limit: limit, target: 1,
                sense: .atMost)
        }
        return [
            bar("first byte p50", "ms", latencies.milliseconds(at: 0.5), Self.firstByte),
            bar("first byte p99", "ms", latencies.milliseconds(at: 0.99), Self.firstByte),
            bar("bytes in all", "KiB", Double(read.largest) / 1024, Self.pageSize),
        ]
    }
}
