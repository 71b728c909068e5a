import ArgumentParser
import Ledger
import LedgerStore

/// `colophond index rebuild`: forgets all that the index keeps, so that it is made of the log, and
/// makes the rows of its heads.
struct IndexRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Forgets the rows of the index: they are made anew of the log.",
        discussion: """
            Example:

              colophond index rebuild --data ledger

            For a ledger whose index has stopped, which its log and /readyz say, or that is
            not opened because rows of index heads are damaged. No process may have the
            folder open. All entries are read, for the index heads among them: where these
            stand is written anew. "colophond serve" then reads the entries again for the
            rest, and lists answer 503 until it has come to them.

            Stopped at any moment, the command is run again: nothing is lost, and no head
            is made before.

            Where the newest index head says a wrong map, it stays in the log, as all that
            is logged does. The next head follows it, and fsck keeps the finding.

            Exit codes: 0 done, 1 an entry is damaged, and nothing was changed, 2 the usage
            is wrong, 3 the folder, or the file of the map beside it, cannot be changed.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data], file: config)
        let options = try settings.ledger
        let line = JobProgressLine()
        do throws(LedgerError) {
            defer { line.clear() }
            let done = try Ledger.forgetIndex(options, progress: line.progress)
            line.clear()
            Output.print(text: Self.words(done))
            Output.print(
                text: "the index is forgotten; the next start makes it of \(done.entries) entries")
        } catch {
            throw Failure(error, data: options.data)
        }
    }

    /// What became of the rows that say where index heads stand.
    private static func words(_ done: ForgottenIndex) -> String {
        switch done.changedHeadRows {
        case 0?: "rows of index heads, of which the log has \(done.heads): all are right"
        case let count?:
            "rows of index heads, of which the log has \(done.heads): \(count) made anew"
        case nil:
            "rows of index heads, of which the log has \(done.heads): they were unreadable, or too "
                + "many were wrong; all made anew"
        }
    }
}
