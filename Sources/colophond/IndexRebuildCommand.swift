import ArgumentParser
import Ledger
import LedgerStore

/// `colophond index rebuild`: forgets all that the index keeps, so that it is made of the log.
struct IndexRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Forgets the rows of the index: the next serve makes them of the log.",
        discussion: """
            Example:

              colophond index rebuild --data ledger

            For a ledger whose index has stopped, which its log and /readyz say. No process
            may have the folder open. It takes a moment; "colophond serve" then reads all
            entries again, while lists answer 503 until it has come to them.

            Where the newest index head says a wrong map, it stays in the log, as all that
            is logged does. The next head follows it, and fsck keeps the finding.

            Exit codes: 0 done, 2 the usage is wrong, 3 the folder cannot be changed.
            """)

    @Option(help: "The ledger's folder.")
    var data: String?

    @Option(help: "The configuration file.")
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data], file: config)
        let options = try settings.ledger
        do throws(LedgerError) {
            let size = try Ledger.forgetIndex(options)
            Output.print(
                text: "the index is forgotten; the next start makes it of \(size) entries")
        } catch {
            throw Failure(error, data: options.data)
        }
    }
}
