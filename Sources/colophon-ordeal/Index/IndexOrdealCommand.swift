import ArgumentParser
import Foundation

/// `colophon-ordeal index`: kills the ledger at each write of its index.
struct IndexOrdealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Kills a ledger at each write of its index, and checks what a start makes of it.")

    @Option(help: "How often all of these moments come.")
    var rounds = 1

    @OptionGroup var common: OrdealOptions

    func run() async throws {
        try await common.run("index", of: "\(IndexKill.all.count) moments") { folder, seed in
            var ordeal = try await IndexOrdeal(desk: folder, seed: seed)
            for _ in 0..<max(rounds, 1) {
                for kill in IndexKill.all { try await ordeal.run(kill) }
            }
            try await ordeal.finish()
        }
    }
}
