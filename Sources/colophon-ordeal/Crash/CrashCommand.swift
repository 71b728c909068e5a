import ArgumentParser
import Foundation

/// `colophon-ordeal crash`: kills the ledger again and again, in one folder.
struct CrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kills a loaded ledger at random moments and checks what it remembers.")

    @Option(help: "How often it is killed.")
    var rounds = 300

    @Option(help: "The seed of all chances; a new one where not given.")
    var seed: UInt64?

    @Option(help: "The folder in which a folder for this run is made.")
    var folder = FileManager.default.temporaryDirectory.path()

    func run() async throws {
        let seed = seed ?? .random(in: 1...999_999)
        let desk = try Desk(below: folder, name: "colophon-crash")
        say("crash: \(rounds) rounds, seed \(seed), in \(desk.url.path())")
        do {
            var ordeal = try await CrashOrdeal(desk: desk.url, seed: seed)
            for round in 1...max(rounds, 1) { try await ordeal.run(round, of: rounds) }
            try await ordeal.finish()
            desk.remove()
        } catch {
            let error = OrdealError(error)
            say("crash: \(error)\ncrash: seed \(seed); everything is kept in \(desk.url.path())")
            throw error.exitCode
        }
    }
}
