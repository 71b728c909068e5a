import ArgumentParser
import HTTPCalls
import LedgerClient
import Settings
import Studio

/// Registers records with a ledger and completes them with its receipts.
struct Submit: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register records with a ledger and add its receipts.",
        discussion: """
            Each FILE.colophon is completed in place; of a folder, all records in it and in
            the folders below. Nothing is entered twice: after any failure, or Ctrl-C, run
            the same command again.

              colophon submit photo.jpg.colophon --ledger https://ledger.example/prints
              colophon submit shoot/ --ledger https://ledger.example/prints --wait 10m

            With --wait, what has no receipt yet is sent again until then: while the network
            or the ledger is away, or witnesses have not signed.

            Where the folder cannot be written, --stdout prints the receipt instead;
            colophon verify takes it with --receipt FILE. https_proxy and no_proxy are
            followed.
            """)

    @Argument(help: ArgumentHelp("The records, or folders of records.", valueName: "file.colophon"))
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

    @Option(
        help: ArgumentHelp(
            "The only authorities (PEM) that may vouch for the ledger (COLOPHON_CA).",
            valueName: "file"))
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "How long to go on while receipts are missing, such as 90s, 10m or 2h.",
            valueName: "time"))
    var wait: WaitingTime?

    @Flag(help: "Print the receipt of one record; its file stays as it is.")
    var stdout = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let named = try files + FileList.read(filesFrom)
        guard !named.isEmpty else {
            throw .usage("no record is named", hint: "colophon submit photo.jpg.colophon")
        }
        let paths = try NamedFile.records(named)
        guard !stdout || paths.count == 1 else {
            throw .usage("--stdout prints one receipt, but \(paths.count) records are named")
        }
        guard !stdout || !Console.printsToTerminal else {
            throw .usage(
                "--stdout: a receipt is bytes, which a terminal must not be given",
                hint: "send them into a file: --stdout >receipt")
        }
        let settings = try await common.settings(["ledger": ledger, "ca": ca])
        let url = try Network.url(settings.required("ledger"))
        var options = try Network.options(settings, console)
        if let wait { options.totalTime = min(options.totalTime, wait.duration) }
        let words = RefusalWords(publicKey: settings["key"].map(Keygen.publicPath(of:)))
        let report = SubmissionReport(of: paths, at: url, words, printsReceipt: stdout, console)
        await run(paths, url, options, report)
        return report.end()
    }

    /// Submits until it is done, or until somebody stops it: what has its receipt by then is
    /// completed.
    private func run(
        _ paths: [String], _ url: ServiceURL, _ options: CallOptions, _ report: SubmissionReport
    ) async {
        let work = Task { [stdout, wait] in
            await LedgerClient.with(url, options: options) { client in
                await RecordSubmission(
                    client: client, storesReceipts: !stdout,
                    patience: wait.map { SubmissionPatience($0.duration) },
                    onEvent: { report.take($0) }
                ).run(paths)
            }
        }
        let watch = Task { await StopSignal.wait { work.cancel() } }
        await work.value
        watch.cancel()
    }
}

/// A time to wait, as people write it: 90s, 10m, 2h.
struct WaitingTime: ExpressibleByArgument {
    let duration: Duration

    /// A day: whoever waits longer runs the command again.
    private static let longestSeconds = 86_400

    init?(argument: String) {
        let units = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = argument.last.flatMap({ units[String($0)] }),
            let count = Int(argument.dropLast()), count > 0,
            case let (seconds, isOver) = count.multipliedReportingOverflow(by: unit),
            !isOver, seconds <= Self.longestSeconds
        else { return nil }
        duration = .seconds(seconds)
    }
}
