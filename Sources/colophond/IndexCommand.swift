import ArgumentParser

/// `colophond index`: what is done with the index of a ledger.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Makes the index of a ledger anew, where it has stopped.",
        discussion: """
            Example:

              colophond index rebuild --data ledger
            """,
        subcommands: [IndexRebuildCommand.self])
}
