import ArgumentParser
import Foundation

/// The chances of an ordeal, and where it works.
struct OrdealOptions: ParsableArguments {
    @Option(help: "The seed of all chances; a new one where not given.")
    var seed: UInt64?

    @Option(help: "The folder in which a folder for this run is made.")
    var folder = FileManager.default.temporaryDirectory.path()

    /// Runs an ordeal in a folder of its own, which goes with it; where it fails the folder stays,
    /// and what repeats it is said.
    ///
    /// - Parameters:
    ///   - name: the command's name.
    ///   - trials: what happens to the ledger, in words.
    ///   - keeps: whether the folder stays after an error.
    ///   - body: is given the folder and the seed.
    func run(
        _ name: String, of trials: String, keeps: (OrdealError) -> Bool = { _ in true },
        _ body: (_ folder: URL, _ seed: UInt64) async throws -> Void
    ) async throws {
        let seed = seed ?? .random(in: 1...999_999)
        let desk = try Desk(below: folder, name: "colophon-\(name)")
        say("\(name): \(trials), seed \(seed), in \(desk.url.path())")
        do {
            try await body(desk.url, seed)
            desk.remove()
        } catch {
            let error = OrdealError(error)
            say("\(name): \(error)\n\(name): seed \(seed)")
            if keeps(error) {
                say("\(name): everything is kept in \(desk.url.path())")
            } else {
                desk.remove()
            }
            throw error.exitCode
        }
    }
}
