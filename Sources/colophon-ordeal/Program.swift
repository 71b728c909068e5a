import ArgumentParser
import Foundation

/// Kills, starves and cuts off the ledger, and compares it with what its clients remember.
@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "colophon-ordeal",
        abstract: "Holds the ledger to its promises while it is killed, failed and cut off.",
        discussion: """
            Exit codes: 0 every promise held; 1 one was broken, and the folder is kept; 2 the
            ordeal could not be run.
            """,
        subcommands: [
            CrashCommand.self, IndexOrdealCommand.self, FaultsCommand.self, PowerLossCommand.self,
            ServingCommand.self,
        ])
}

/// Says on standard output what goes on, at once.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}
