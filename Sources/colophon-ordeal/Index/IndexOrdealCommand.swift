import ArgumentParser
import Foundation

/// `colophon-ordeal index`: kills the ledger at each write of its index.
struct IndexOrdealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Kills a ledger at each write of its index, and checks what a start makes of it.")

    @Option(help: "How often all of these moments come.")
    var rounds = 1

    @Option(help: "The seed of all chances; a new one where not given.")
    var seed: UInt64?

    @Option(help: "The folder in which a folder for this run is made.")
    var folder = FileManager.default.temporaryDirectory.path()

    func run() async throws {
        let seed = seed ?? .random(in: 1...999_999)
        let desk = try Desk(below: folder, name: "colophon-index")
        say("index: \(IndexKill.all.count) moments, seed \(seed), in \(desk.url.path())")
        do {
            var ordeal = try await IndexOrdeal(desk: desk.url, seed: seed)
            for _ in 0..<max(rounds, 1) {
                for kill in IndexKill.all { try await ordeal.run(kill) }
            }
            try await ordeal.finish()
            desk.remove()
        } catch {
            let error = OrdealError(error)
            say("index: \(error)\nindex: seed \(seed); everything is kept in \(desk.url.path())")
            throw error.exitCode
        }
    }
}
