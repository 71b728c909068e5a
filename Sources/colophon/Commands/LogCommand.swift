import ArgumentParser

/// Looks at a log: its state, its entries, its checkpoints.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Look at a log: its state, an entry, a checkpoint.",
        discussion: """
            What is printed is verified first: by the trust kit, or for any log of tiles
            (--generic) by --vkey or --policy. The log is read at --ledger URL, or in a
            folder that has a copy of it, --from DIR.
            """,
        subcommands: [
            LogInfo.self, LogEntry.self, LogCheckpoint.self, LogConsistency.self,
        ])
}

/// Where a log's files are read.
struct LogPlace: ParsableArguments {
    @Option(help: ArgumentHelp("A folder that has a copy of the log.", valueName: "dir"))
    var from: String?

    @Flag(help: "Read nothing but the log's own files.")
    var fromTiles = false
}
