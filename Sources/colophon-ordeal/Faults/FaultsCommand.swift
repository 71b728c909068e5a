import ArgumentParser
import Foundation

/// `colophon-ordeal faults`: fails one system call after the other under load.
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Fails each system call of the write path in turn, under load, by strace.")

    @Flag(help: "Only a few faults of each kind.")
    var few = false

    @Option(help: "Only faults of this system call.")
    var call: String?

    @Flag(help: "Only the full disk.")
    var fullDisk = false

    @Option(help: "The seed of all chances; a new one where not given.")
    var seed: UInt64?

    @Option(help: "The folder in which a folder for this run is made.")
    var folder = FileManager.default.temporaryDirectory.path()

    func run() async throws {
        let seed = seed ?? .random(in: 1...999_999)
        let desk = try Desk(below: folder, name: "colophon-faults")
        do {
            if !fullDisk { try await runFaults(desk, seed) }
            if call == nil { try await FullDisk(desk: desk.url).run(seed: seed) }
            desk.remove()
        } catch {
            let error = OrdealError(error)
            say("faults: \(error)\nfaults: seed \(seed); everything is kept in \(desk.url.path())")
            throw error.exitCode
        }
    }

    private func runFaults(_ desk: Desk, _ seed: UInt64) async throws {
        let faults = (few ? Fault.few : Fault.all).filter { call == nil || $0.call == call }
        say("faults: \(faults.count) of them, seed \(seed), in \(desk.url.path())")
        var ordeal = try await FaultOrdeal(desk: desk.url, seed: seed)
        do {
            for (number, fault) in faults.enumerated() {
                try await ordeal.run(fault, number: number)
                if (number + 1).isMultiple(of: 25) {
                    say("faults: \(number + 1) of \(faults.count)")
                }
            }
        } catch {
            say(ordeal.table.text)
            throw error
        }
        try await ordeal.finish()
    }
}
