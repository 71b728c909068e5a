import Foundation

/// How much longer registrations take while others read: the same load with readers and without,
/// in turn.
///
/// Registrations come at half of the rate that the ledger can take, each when it is due. Readers
/// are a process of their own and give way to all else (``IdleReaders``): the server has work for
/// them all the time, and the machine's own load stays what it is.
struct BesideReaders {
    /// Rounds, of which all count together.
    private static let rounds = 16

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

    /// How often rounds are drawn anew, to say how far the ratio is the machine's own noise.
    private static let draws = 200

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
        let (beside, alone) = Self.sums(rounds)
        return Bar(
            name: "registration p99, \(requests.name)", unit: "ms",
            value: beside.milliseconds(at: 0.99), limit: alone.milliseconds(at: 0.99),
            target: Self.slowdown, sense: .atMost)
    }

    /// What the rounds came to together.
    private static func sums(_ rounds: [Round]) -> (beside: Sum, alone: Sum) {
        (
            rounds.map(\.beside).reduce(Sum(), +), rounds.map(\.alone).reduce(Sum(), +)
        )
    }

    /// Nine of ten values of `value` lie between these, where as many rounds are drawn from
    /// `rounds` again and again, each as often as chance wants it (a bootstrap of the rounds).
    private static func range(
        of rounds: [Round], _ value: ([Round]) -> Double
    ) -> (least: Double, most: Double) {
        let values = (0..<draws).map { _ in
            value(rounds.map { _ in rounds.randomElement() ?? Round() })
        }.sorted()
        return (values[draws / 20], values[draws - 1 - draws / 20])
    }

    /// How much longer 99 of 100 registrations took beside readers.
    private static func ratio(_ rounds: [Round]) -> Double {
        let (beside, alone) = sums(rounds)
        return beside.milliseconds(at: 0.99) / alone.milliseconds(at: 0.99)
    }

    /// The same of two halves of the parts without readers, which differ by the machine alone.
    private static func noise(_ rounds: [Round]) -> Double {
        let halves = [0, 1].map { half in
            Latencies(
                rounds.compactMap { round in
                    let loads = round.alone.loads
                    return loads.indices.contains(half) ? loads[half] : nil
                }
            ).milliseconds(at: 0.99)
        }
        return halves[0] / halves[1]
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
        let (beside, alone) = Self.sums(rounds)
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
        say("p99 beside \(requests.name) over alone", rounds, Self.ratio)
        say("p99 of the first parts alone over the last", rounds, Self.noise)
    }

    private func say(_ name: String, _ rounds: [Round], _ value: ([Round]) -> Double) {
        let range = Self.range(of: rounds, value)
        workshop.say(
            String(
                format: "%@: %.2f; nine of ten draws of the rounds: %.2f to %.2f", name,
                value(rounds), range.least, range.most))
    }
}
