import ArgumentParser
import Encoding
import Jobs
import Ledger
import LedgerControl
import LedgerServer
import LedgerStore

/// `colophond status`: the figures of a ledger that is served, in a terminal.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the figures that the alerts watch, of the last hour.",
        discussion: """
            Example:

              colophond status --data ledger

            Asks the process that serves the folder, through its control socket. The same
            figures are on the page /ops of --ops-listen.

            Exit codes: 0 all is well, 1 a figure is past its limit or nothing is
            registered, 2 the usage is wrong, 3 no process serves the folder.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data], file: config)
        let folder = try settings.ledger.data
        let report = try await report(of: folder)
        let lines = FigureLines(report)
        if json {
            Output.print(json: report)
        } else {
            Output.print(text: lines.lines.joined(separator: "\n"))
        }
        if lines.isBad { throw ExitCode(Failure.no) }
    }

    private func report(of folder: String) async throws(Failure) -> JSON.Object {
        let found: JSON.Object?
        do {
            found = try await ControlClient(data: folder).call(
                ControlJob.figuresName, ControlArguments([:]), progress: .silent)
        } catch {
            let remedy = (error as? ControlError)?.remedy ?? .wait
            throw Failure("\(folder): \(error)", code: remedy.rawValue)
        }
        guard let found else {
            throw Failure(
                "\(folder): no process serves it", hint: "colophond serve --data DIR serves it",
                code: Failure.unavailable)
        }
        return found
    }
}
