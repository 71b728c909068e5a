import ArgumentParser

/// Measures the ledger against what this machine can do at all.
@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "colophon-bench",
        abstract: "Measures the ledger against the machine's own limits, in one run.",
        subcommands: [
            MeasureCommand.self, GrowthCommand.self, VerifyCommand.self, BareCommand.self,
        ],
        defaultSubcommand: MeasureCommand.self)
}
