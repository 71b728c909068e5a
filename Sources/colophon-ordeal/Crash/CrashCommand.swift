import ArgumentParser
import Foundation

/// `colophon-ordeal crash`: kills the ledger again and again, in one folder.
struct CrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kills a loaded ledger at random moments and checks what it remembers.")

    @Option(help: "How often it is killed.")
    var rounds = 300

    @OptionGroup var common: OrdealOptions

    func run() async throws {
        try await common.run("crash", of: "\(rounds) rounds") { folder, seed in
            var ordeal = try await CrashOrdeal(desk: folder, seed: seed)
            for round in 1...max(rounds, 1) { try await ordeal.run(round, of: rounds) }
            try await ordeal.finish()
        }
    }
}
