import Foundation

/// One folder, killed round after round, and the memory of those who used it.
struct CrashOrdeal {
    /// Of a hundred kills, how many fall into the start.
    private static let startKills = 20

    /// A start takes some 100 ms; a kill within three times that may meet any part of it.
    private static let startMicroseconds = 300_000

    private var audit: AckAudit
    private var dice: Dice
    private var killedAtStart = 0

    init(desk: URL, seed: UInt64) async throws {
        audit = try await AckAudit(desk: desk)
        dice = Dice(seed: seed)
    }

    /// Starts the ledger, compares it with the memory, loads it, kills it.
    ///
    /// In one round of two an epoch of the index comes every few hundred milliseconds, so that
    /// kills meet its writes.
    mutating func run(_ round: Int, of rounds: Int) async throws {
        let server = try audit.house.serve(by: dice.happens(50) ? .product : .epochs())
        if dice.happens(Self.startKills) {
            try await Task.sleep(for: .microseconds(dice.number(0..<Self.startMicroseconds)))
            killedAtStart += 1
            return await server.crash()
        }
        guard let url = try await server.address() else {
            throw OrdealError.broken("round \(round): it does not start: \(server.lastLine)")
        }
        try await audit.checkNews(at: url, &dice)
        let load = Load(
            url: url, pop: audit.pop, memory: audit.memory, name: "round-\(round)")
        // One kill in four comes within the first few batches.
        let time = dice.happens(25) ? dice.number(0..<40) : dice.number(40..<900)
        try await load.run(seed: dice.next()) {
            try await Task.sleep(for: .milliseconds(time))
            await server.crash()
        }
        try audit.failOnViolation()
        if round.isMultiple(of: 25) {
            say("crash: round \(round) of \(rounds): \(audit.figures)")
        }
    }

    /// Checks everything once more, and says what was checked.
    func finish() async throws {
        try await audit.checkEverything()
        say("crash: every promise held: \(audit.figures), \(killedAtStart) kills during the start")
    }
}
