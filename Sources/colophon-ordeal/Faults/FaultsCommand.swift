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

    @OptionGroup var common: OrdealOptions

    func run() async throws {
        let faults =
            fullDisk ? [] : (few ? Fault.few : Fault.all).filter { call == nil || $0.call == call }
        let trials = fullDisk ? "the full disk" : "\(faults.count) of them"
        try await common.run("faults", of: trials) { folder, seed in
            if !fullDisk { try await run(faults, in: folder, seed) }
            if call == nil { try await FullDisk(desk: folder).run(seed: seed) }
        }
    }

    private func run(_ faults: [Fault], in folder: URL, _ seed: UInt64) async throws {
        var ordeal = try await FaultOrdeal(desk: folder, seed: seed)
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
