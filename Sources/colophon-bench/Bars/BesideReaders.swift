import Foundation

/// How much longer registrations take while others read: the same load with readers and without,
/// in turn.
///
/// Registrations come at half of the rate that the ledger can take, each when it is due. Readers
/// are a process of their own and give way to all else (``IdleReaders``): the server has work for
/// them all the time, and the machine's own load stays what it is.
struct BesideReaders {
    /// Rounds, of which the middle one counts; odd, so that there is one.
    private static let rounds = 9

    /// The parts of a round, whether others read: a drift of the machine falls on both alike.
    private static let parts = [false, true, true, false]

    /// Seconds of each part.
    private static let seconds = 1.5

    /// Connections that register.
    private static let connections = 256

    /// Statements that are sent as fast as they are taken, to find the rate.
    private static let topCount = 12_000

    /// How much longer 99 of 100 registrations may take while others read.
    private static let slowdown = 1.1

    /// What the parts of one kind came to: of one round, or of all.
    private struct Sum {
        var loads: [Latencies] = []

        /// Seconds that the server has computed.
        var computed = 0.0

        var reads: [IdleReaders.Result] = []

        func milliseconds(at share: Double) -> Double {
            Latencies(loads).milliseconds(at: share)
        }

        static func + (one: Sum, other: Sum) -> Sum {
            Sum(
                loads: one.loads + other.loads, computed: one.computed + other.computed,
                reads: one.reads + other.reads)
        }
    }

    /// One round.
    private struct Round {
        var beside = Sum()
        var alone = Sum()

        /// How much longer 99 of 100 registrations took beside readers.
        var ratio: Double { beside.milliseconds(at: 0.99) / alone.milliseconds(at: 0.99) }

        /// The same of its two parts without readers, which differ by the machine alone.
        var noise: Double {
            let tails = alone.loads.map { $0.milliseconds(at: 0.99) }.sorted()
            return (tails.last ?? .nan) / (tails.first ?? .nan)
        }
    }

    let workshop: Workshop
    let ledger: BenchLedger

    /// Registers captures from number `first` on while `requests` are read; moves `first` behind
    /// them.
    func bar(_ requests: IdleReaders.Requests, from first: inout Int) async throws -> Bar {
        let rate = try await top(&first) / 2
        let count = Int(rate * Self.seconds)
        var rounds: [Round] = []
        for _ in 0..<Self.rounds {
            let records = try workshop.captures.records(
                first..<first + Self.parts.count * count)
            first += records.count
            var round = Round()
            for (part, isRead) in Self.parts.enumerated() {
                let load = Load(
                    Load.entries(of: records[(part * count)..<(part + 1) * count]),
                    perSecond: rate)
                if isRead {
                    round.beside = round.beside + (try await sum(of: load, beside: requests))
                } else {
                    round.alone = round.alone + (try await sum(of: load, beside: nil))
                }
            }
            rounds.append(round)
        }
        say(rounds, requests, rate)
        let middle = rounds.sorted { $0.ratio < $1.ratio }[Self.rounds / 2]
        return Bar(
            name: "registration p99, \(requests.name)", unit: "ms",
            value: middle.beside.milliseconds(at: 0.99),
            limit: middle.alone.milliseconds(at: 0.99), target: Self.slowdown, sense: .atMost)
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

    private func sum(
        of load: Load, beside requests: IdleReaders.Requests?
    ) async throws -> Sum {
        let readers = try requests.map {
            try IdleReaders($0, port: ledger.server.port, folder: workshop.folder)
        }
        let before = try ledger.server.computedSeconds()
        let result = try await load.run(
            port: ledger.server.port, connections: Self.connections)
        let computed = try ledger.server.computedSeconds() - before
        return Sum(
            loads: [result.latencies], computed: computed,
            reads: try readers.map { [try $0.stop()] } ?? [])
    }

    private func say(_ rounds: [Round], _ requests: IdleReaders.Requests, _ rate: Double) {
        let beside = rounds.map(\.beside).reduce(Sum(), +)
        let alone = rounds.map(\.alone).reduce(Sum(), +)
        let given = Double(max(1, beside.reads.reduce(0) { $0 + $1.answers.given }))
        let refused = beside.reads.reduce(0) { $0 + $1.answers.refused }
        let seconds = beside.reads.reduce(0) { $0 + $1.seconds }
        let own = beside.reads.reduce(0) { $0 + $1.computedSeconds }
        workshop.say(
            String(
                format: "%.0f registrations a second: p50 %.2f ms alone, %.2f ms beside %.0f %@ "
                    + "a second (%d more were refused)", rate, alone.milliseconds(at: 0.5),
                beside.milliseconds(at: 0.5), given / max(seconds, 0.001), requests.name, refused))
        workshop.say(
            String(
                format: "one of the %@ computes %.0f us of the server, %.0f us of its reader",
                requests.name, 1e6 * (beside.computed - alone.computed) / given, 1e6 * own / given))
        func words(_ ratios: [Double]) -> String {
            ratios.sorted().map { String(format: "%.2f", $0) }.joined(separator: " ")
        }
        workshop.say("p99 beside \(requests.name) over alone: \(words(rounds.map(\.ratio)))")
        workshop.say(
            "p99 of two parts alone, the longer over the other: "
                + words(rounds.map(\.noise)))
    }
}
