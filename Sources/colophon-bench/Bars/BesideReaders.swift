import Foundation

/// How much longer registrations take while others read: the same load with readers and without,
/// in turn.
///
/// Registrations come at half of the rate that the ledger can take, each when it is due. Readers
/// are a process of their own and give way to all else (``IdleReaders``): the server has work for
/// them all the time, and the machine's own load stays what it is.
struct BesideReaders {
    /// Pairs of parts, of which the middle one counts; odd, so that there is one.
    private static let rounds = 7

    /// Seconds of each part.
    private static let seconds = 3.0

    /// Connections that register.
    private static let connections = 256

    /// Statements that are sent as fast as they are taken, to find the rate.
    private static let topCount = 12_000

    /// How much longer 99 of 100 registrations may take while others read.
    private static let slowdown = 1.1

    /// One part: its latencies, and the seconds that the server has computed for each of its
    /// registrations and whatever went on beside.
    private struct Part {
        let latencies: Latencies
        let computed: Double
        var read: IdleReaders.Result?

        var tail: Double { latencies.milliseconds(at: 0.99) }
    }

    let workshop: Workshop
    let ledger: BenchLedger

    /// Registers captures from number `first` on while `requests` are read; moves `first` behind
    /// them.
    func bar(_ requests: IdleReaders.Requests, from first: inout Int) async throws -> Bar {
        let rate = try await top(&first) / 2
        let count = Int(rate * Self.seconds)
        var pairs: [(beside: Part, alone: Part)] = []
        for round in 0..<Self.rounds {
            let records = try workshop.captures.records(first..<first + 2 * count)
            first += 2 * count
            var parts: [Bool: Part] = [:]
            // Each goes first in its turn: a drift of the machine falls on both alike.
            for (index, isRead) in [round % 2 == 0, round % 2 != 0].enumerated() {
                let load = Load(
                    Load.entries(of: records[(index * count)..<(index + 1) * count]),
                    perSecond: rate)
                parts[isRead] = try await part(load, isRead ? requests : nil)
            }
            guard let beside = parts[true], let alone = parts[false] else {
                preconditionFailure("a round has both parts")
            }
            pairs.append((beside, alone))
        }
        say(pairs, requests, rate)
        let sorted = pairs.sorted {
            $0.beside.tail / $0.alone.tail < $1.beside.tail / $1.alone.tail
        }
        let middle = sorted[Self.rounds / 2]
        return Bar(
            name: "registration p99, \(requests.name)", unit: "ms", value: middle.beside.tail,
            limit: middle.alone.tail, target: Self.slowdown, sense: .atMost)
    }

    /// The rate at which the ledger takes statements, in statements a second.
    private func top(_ first: inout Int) async throws -> Double {
        let records = try workshop.sign(first..<first + Self.topCount)
        first += Self.topCount
        let load = Load(Load.entries(of: records[...]))
        return try await load.run(
            port: ledger.server.port, connections: Self.connections
        ).perSecond
    }

    private func part(_ load: Load, _ requests: IdleReaders.Requests?) async throws -> Part {
        let readers = try requests.map {
            try IdleReaders($0, port: ledger.server.port, folder: workshop.folder)
        }
        let before = try ledger.server.computedSeconds()
        let result = try await load.run(
            port: ledger.server.port, connections: Self.connections)
        let computed = try ledger.server.computedSeconds() - before
        return Part(
            latencies: result.latencies, computed: computed, read: try readers?.stop())
    }

    private func say(
        _ pairs: [(beside: Part, alone: Part)], _ requests: IdleReaders.Requests,
        _ rate: Double
    ) {
        for pair in pairs {
            workshop.say(
                String(
                    format: "%.0f registrations a second: p50 %.2f ms, p99 %.2f ms alone; "
                        + "p50 %.2f ms, p99 %.2f ms, ratio %.2f beside %.0f %@ a second", rate,
                    pair.alone.latencies.milliseconds(at: 0.5), pair.alone.tail,
                    pair.beside.latencies.milliseconds(at: 0.5), pair.beside.tail,
                    pair.beside.tail / pair.alone.tail, pair.beside.read?.perSecond ?? 0,
                    requests.name))
        }
        let reads = pairs.compactMap(\.beside.read)
        let given = Double(max(1, reads.reduce(0) { $0 + $1.answers.given }))
        let refused = reads.reduce(0) { $0 + $1.answers.refused }
        let server = pairs.reduce(0) { $0 + $1.beside.computed - $1.alone.computed }
        let own = reads.reduce(0) { $0 + $1.computedSeconds }
        workshop.say(
            String(
                format: "%@: %.0f answers, %d refused; the server computed %.0f us for each more "
                    + "than it does without readers, the readers %.0f us", requests.name, given,
                refused, 1e6 * server / given, 1e6 * own / given))
    }
}
