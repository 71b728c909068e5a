import ArgumentParser
import LedgerClient
import Studio

/// Registers records with a ledger and completes them with its receipts.
struct Submit: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register records with a ledger and add its receipts.",
        discussion: """
            Each FILE.colophon is completed in place. Nothing is entered twice: after any
            failure run the same command again.

              colophon submit photo.jpg.colophon --ledger https://ledger.example/prints
              find . -name '*.colophon' -print0 | colophon submit --files-from - \\
                --ledger https://ledger.example/prints

            Where the folder cannot be written, --stdout prints the receipt instead;
            colophon verify takes it with --receipt FILE.
            """)

    @Argument(help: ArgumentHelp("The records.", valueName: "file.colophon"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Read the names of more records, one a line, or with a NUL after each; - is standard \
            input.
            """,
            valueName: "file"))
    var filesFrom: String?

    @Option(help: ArgumentHelp("The ledger's address (COLOPHON_LEDGER).", valueName: "url"))
    var ledger: String?

    @Flag(help: "Print the receipt of one record; its file stays as it is.")
    var stdout = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let paths = try files + FileList.read(filesFrom)
        guard !paths.isEmpty else {
            throw .usage("no record is named", hint: "colophon submit photo.jpg.colophon")
        }
        guard !stdout || paths.count == 1 else {
            throw .usage("--stdout prints one receipt, but \(paths.count) records are named")
        }
        guard !stdout || !Console.printsToTerminal else {
            throw .usage(
                "--stdout: a receipt is bytes, which a terminal must not be given",
                hint: "send them into a file: --stdout >receipt")
        }
        let settings = try await common.settings(["ledger": ledger])
        let url = try Network.url(settings.required("ledger"))
        let options = try Network.options(settings, console)
        let report = SubmissionReport(of: paths, at: url, printsReceipt: stdout, console)
        await LedgerClient.with(url, options: options) { client in
            await RecordSubmission(
                client: client, storesReceipts: !stdout, onEvent: { report.take($0) }
            ).run(paths)
        }
        report.end()
        return report.status
    }
}
