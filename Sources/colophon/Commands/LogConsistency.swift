import ArgumentParser
import Studio

/// Proves that a log has only grown.
struct LogConsistency: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Prove that a log only grew; the same as prove --from.",
        discussion: """
              colophon log consistency --from 2 --to 5 --trust trust/ \\
                --ledger https://ledger.example/prints
              colophon log consistency --from saved.checkpoint --from mirror/ \\
                --trust trust/
            """)

    @Option(
        help: ArgumentHelp(
            "The older head: a size, or a file with a checkpoint. A folder is a copy of the log.",
            valueName: "file-size-or-dir"))
    var from: [String]

    @Option(
        help: ArgumentHelp(
            "The newer head; default the newest of all.", valueName: "file-or-size"))
    var to: String?

    @Flag(help: "Read nothing but the log's own files.")
    var fromTiles = false

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let heads = try NamedHeads(from, to: to, isAnyLog: log.generic)
        guard heads.from != nil else {
            throw .usage(
                "--from names no head", hint: "--from 1000, or --from saved.checkpoint")
        }
        let desk = try await LogDesk(
            log, folder: heads.folder, filesAlone: fromTiles, common, console)
        let proof = try await GrowthProofs(desk, heads).proof(asReceipt: false)
        try ProofWriter(
            format: console.json ? .json : .text, file: nil, trust: desk.trust, console: console
        ).write([proof])
        return .yes
    }
}
