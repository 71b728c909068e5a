import ArgumentParser
import Checkpoints
import Encoding
import LogReader
import Merkle
import Provenance
import Studio

/// Says what a log is and how far it has come.
struct LogInfo: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Say what a log is, how far it has come, and who has seen that.",
        discussion: """
              colophon log info --ledger https://ledger.example/prints --trust trust/
              colophon log info --from mirror/ --trust trust/
              colophon log info --generic --policy logs.policy \\
                --ledger https://ledger.example/prints
            """)

    @OptionGroup var place: LogPlace

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let desk = try await LogDesk(
            log, folder: place.from, filesAlone: place.fromTiles, common, console)
        let text = try await desk.with { [isAnyLog = desk.isAnyLog] log throws(ProvingError) in
            LogText(
                place: desk.place, trust: log.trust, head: log.newest,
                time: try await log.time(),
                // Only ledgers have them.
                served: isAnyLog ? nil : try await log.servedFiles())
        }
        text.print(to: console, NamedFile.names(console), now: UTC.now)
        return .yes
    }
}
