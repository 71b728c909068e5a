import Foundation
import Synchronization
import Testing
import TestSupport

/// A control command that is killed at any moment ends well when it is run again, and logs once.
@Suite struct KilledControlTests {
    /// When the command is killed.
    enum Moment: CaseIterable {
        /// It asks for the control chain, or has got it.
        case chainAsked, chainGiven

        /// It has sent its statement: not registered, registered, answered.
        case posted, registered, answered

        var method: String { self == .chainAsked || self == .chainGiven ? "GET" : "POST" }
    }

    /// Kills a process once, at its moment.
    private final class Killer: Sendable {
        private let state = Mutex<(process: Int32?, isDone: Bool)>((nil, false))
        private let moment: Moment

        init(at moment: Moment) {
            self.moment = moment
        }

        func aim(at program: RunningProgram) {
            state.withLock { $0.process = program.number }
        }

        /// Kills where this is the moment; says whether it did.
        @discardableResult
        func strike(_ moment: Moment, _ request: Relay.Request) async -> Bool {
            guard moment == self.moment, request.method == moment.method,
                state.withLock({ !$0.isDone })
            else { return false }
            // The request may be here before the test knows who sent it.
            while state.withLock({ $0.process == nil }) { await Task.yield() }
            return state.withLock { state in
                guard let process = state.process else { return false }
                state.isDone = true
                return kill(process, SIGKILL) == 0
            }
        }
    }

    /// Runs a command against a relay that kills it, then runs it again; both times the same.
    private func runTwice(
        _ ledger: LedgerProcess, killedAt moment: Moment, _ command: [String]
    ) async throws -> Program.Outcome {
        let killer = Killer(at: moment)
        var conduct = Relay.Conduct()
        conduct.before = { request in
            await killer.strike(.chainAsked, request)
            let isKilled = await killer.strike(.posted, request)
            return isKilled ? Relay.Answer(status: 503, type: "text/plain", body: []) : nil
        }
        conduct.after = { request, answer in
            await killer.strike(.registered, request)
            return answer
        }
        conduct.done = { request in
            await killer.strike(.chainGiven, request)
            await killer.strike(.answered, request)
        }
        let relay = try await Relay(to: ledger.address, conduct)
        let arguments = command + ["--admin", "admin.pem", "--ledger", relay.address]
        let program = try RunningProgram("colophon", arguments, in: ledger.shop.folder)
        killer.aim(at: program)
        let outcome = try await program.end()
        // Once it is answered, it may be done before it is killed.
        if moment != .answered { #expect(outcome.isKilled) }
        return try await Program.run("colophon", arguments, in: ledger.shop.folder)
    }

    /// How many entries the ledger has beside the two of its genesis.
    private func statements(_ ledger: LedgerProcess) async throws -> Int {
        try #require(try await ledger.size()) - 2
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: Moment.allCases)
    func aKilledKeyAddRunAgainAddsOnce(moment: Moment) async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        let command = ["key", "add", "--key", "berlin.pub.pem", "--issuer", Workshop.berlin]
        let again = try await runTwice(ledger, killedAt: moment, command)
        #expect(again.status == 0, "\(again.words)")
        #expect(try await statements(ledger) == 1)
    }

    /// What a registered but unanswered command has changed is found, whatever it was.
    @Test(.timeLimit(.minutes(Patience.minutes))) func noControlCommandLogsTwice() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        let shop = ledger.shop
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try shop.write("pixels", to: "photo.jpg")
        let entry = try await shop.signWork("photo.jpg")
        _ = try await ledger.colophon("submit", "photo.jpg.colophon")
        try shop.write(
            """
            {"algorithms": [-8, -7], "predicateTypes": ["urn:colophon:telemetry:v1"],
             "limits": {"manifestBytes": 262144, "statementBytes": 8192, "subjects": 64},
             "maxAhead": 86400}
            """, to: "policy.json")
        let key = ["--key", "berlin.pub.pem", "--origin", LedgerProcess.origin]
        let origin = ["--origin", LedgerProcess.origin]
        let commands: [[String]] = [
            ["erase", "--entry=\(entry)", "--reason", "r", "--authority", "a"] + origin,
            ["key", "retire"] + key, ["key", "revoke", "--reason", "lost"] + key,
            ["policy", "set", "--policy", "policy.json"] + origin,
        ]
        var count = try await statements(ledger)
        for command in commands {
            let again = try await runTwice(ledger, killedAt: .registered, command)
            #expect(again.status == 0, "\(command): \(again.words)")
            count += 1
            #expect(try await statements(ledger) == count, "\(command)")
        }
    }

    /// A change of the window, or of its end, is asked for: it is logged.
    @Test func whatIsAskedOtherwiseIsLogged() async throws {
        let ledger = try await LedgerProcess(in: Workshop())
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let command = [
            "key", "add", "--admin", "admin.pem", "--key", "berlin.pub.pem", "--issuer",
            Workshop.berlin, "--ledger", ledger.address, "--json",
        ]
        func status(_ more: [String]) async throws -> String? {
            let added = try await Program.run("colophon", command + more, in: ledger.shop.folder)
            return added.objects.first?["status"] as? String
        }
        #expect(try await status([]) == "known")
        // That is what is taken where nothing is said.
        #expect(try await status(["--not-before", "1970-01-01T00:00:00Z"]) == "known")
        #expect(try await statements(ledger) == 1)
        let window = ["--not-before", "2020-01-01T00:00:00Z"]
        #expect(try await status(window) == "registered")
        #expect(try await status(window) == "known")
        #expect(try await statements(ledger) == 2)
    }
}
