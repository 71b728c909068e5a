import ArgumentParser
import Encoding
import Files
import Studio

/// Shows what a spool holds.
struct SpoolStatus: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what a spool holds, and what is wrong with it; asks nobody.",
        discussion: """
              colophon spool status outbox

            Every record is read: a number that is missing, a file that is no record, a
            record of another key or another spool, and a copy of a spool are named.
            Exit code 0 means that all records are registered and nothing is wrong, else it
            is 1.
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let spool: Spool
        let standing: SpoolStanding
        let progress = ProgressLine(console)
        defer { progress.clear() }
        do throws(SpoolError) {
            spool = try Spool(directory, for: .reading)
            standing = try SpoolStanding(of: spool) { done, total in
                progress.report(
                    "reading \(directory)", UInt64(done), of: UInt64(total), bytes: 0)
            }
        } catch {
            throw Failure(error)
        }
        progress.clear()
        let status: ExitStatus =
            standing.waitingCount == 0 && standing.faultCount == 0 ? .yes : .no
        guard !console.quiet || status != .yes else { return status }
        let text = SpoolText(spool, standing, PoPClock.state(), now: UTC.now)
        if console.json {
            console.print(json: text.json)
        } else {
            for line in text.lines { console.print(line) }
        }
        return status
    }
}
