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

    /// Statements a second that are registered, with readers and without, and how many in each
    /// part.
    private static let registrations = (perSecond: 200.0, count: 2_000)

    /// The parts in order, whether pages are read meanwhile: a drift of the machine falls on both
    /// alike.
    private static let parts = [false, true, true, false, false, true]

    /// How much longer 99 of 100 registrations may take while pages are read.
    private static let slowdown = 1.1

    /// Readers at one time, each with the next page as soon as it has one.
    private static let readers = 4

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
        run.add([try await registration(paths, from: total)])
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

    /// The time of registrations while pages are read, beside that while nobody reads.
    private func registration(_ paths: [String], from first: Int) async throws -> Bar {
        let count = Self.registrations.count
        let records = try run.workshop.sign(first..<(first + Self.parts.count * count))
        let port = ledger.server.port
        var found: (read: [Latencies], alone: [Latencies]) = ([], [])
        for (part, isRead) in Self.parts.enumerated() {
            let load = Load(
                Load.entries(of: records[(part * count)..<((part + 1) * count)]),
                perSecond: Self.registrations.perSecond)
            func time() async throws -> Latencies {
                try await load.run(port: port, connections: 32).latencies
            }
            let (latencies, words): (Latencies, String)
            if isRead {
                let read = try await PageReader(port: port).whileRead(
                    paths, by: Self.readers, time)
                latencies = read.value
                words = String(format: "beside %.0f pages a second", read.pagesPerSecond)
                found.read.append(latencies)
            } else {
                (latencies, words) = (try await time(), "alone")
                found.alone.append(latencies)
            }
            run.workshop.say(
                String(
                    format: "registration \(words): p50 %.2f ms, p99 %.2f ms",
                    latencies.milliseconds(at: 0.5), latencies.milliseconds(at: 0.99)))
        }
        return Bar(
            name: "registration p99 beside readers", unit: "ms",
            value: Latencies(found.read).milliseconds(at: 0.99),
            limit: Latencies(found.alone).milliseconds(at: 0.99), target: Self.slowdown,
            sense: .atMost)
    }
}
