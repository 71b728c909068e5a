import ArgumentParser
import Checkpoints
import HTTPCalls
import LedgerClient
import Provenance
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
              colophon submit photo.jpg.colophon --ledger https://ledger.example/prints \\
                --until witnessed --trust trust.colophon-kit --wait 2m

            With --wait, what has no receipt yet is sent again until then, while the network
            or the ledger is away. What the ledger has taken is not sent again: its receipt
            follows, and is asked for.

            With --until witnessed it goes on until the witnesses of the trust kit have
            signed, for a minute unless --wait says otherwise. With --until timestamped
            it goes on until an authority of the kit has dated a head, too, for 15
            minutes: a ledger takes a timestamp at an interval, which is told. What is
            not there by then does not take the receipt away: colophon refresh completes
            the record later.

            Where the folder cannot be written, --stdout prints the receipt instead;
            colophon verify takes it with --receipt FILE. https_proxy and no_proxy are
            followed.
            """)

    @OptionGroup var records: RecordNames

    @OptionGroup var connection: LedgerConnection

    @Option(
        help: ArgumentHelp(
            "How long to go on while receipts are missing, such as 90s, 10m or 2h.",
            valueName: "time"), transform: WaitingTime.read)
    var wait: WaitingTime?

    @Option(
        help: ArgumentHelp(
            """
            Wait until the quorum of the trust kit has seen the records, or an authority of \
            the kit has dated them, too: witnessed, timestamped.
            """, valueName: "what"))
    var until: SubmissionGoal?

    @Option(
        help: ArgumentHelp(
            "The trust kit whose witnesses are waited for (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Flag(help: "Print the receipt of one record; its file stays as it is.")
    var stdout = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let named = try records.all
        guard !named.isEmpty else {
            throw .usage("no record is named", hint: "colophon submit photo.jpg.colophon")
        }
        let paths = try NamedFile.records(named)
        try NamedFile.requireOutsideSpools(paths)
        guard !stdout || paths.count == 1 else {
            throw .usage("--stdout prints one receipt, but \(paths.count) records are named")
        }
        guard !stdout || !Console.printsToTerminal else {
            throw .usage(
                "--stdout: a receipt is bytes, which a terminal must not be given",
                hint: "send them into a file: --stdout >receipt")
        }
        guard !stdout || until == nil else {
            throw .usage("--stdout prints a first receipt, and --until completes a file")
        }
        let settings = try await common.settings(connection.flags.merging(["trust": trust]) { $1 })
        let url = try Network.url(settings.required("ledger"))
        let kitPath = try until.map { _ throws(Failure) in try settings.requiredKit() }
        let trusted = try until.map { goal throws(Failure) in try Trusted(for: goal, settings) }
        var options = try Network.options(settings, console)
        if let wait { options.totalTime = min(options.totalTime, wait.duration) }
        let words = RefusalWords(publicKey: settings["key"].map(Keygen.publicPath(of:)))
        let report = SubmissionReport(
            of: paths, at: url, words, kit: kitPath, printsReceipt: stdout, console)
        await run(paths, url, options, trusted, report)
        return report.end()
    }

    /// A kit that says whom to wait for.
    private struct Trusted {
        let kit: TrustKit
        let checkers: [EvidenceChecker]

        /// Reads the kit that the settings name; it must name those who are waited for.
        init(for goal: SubmissionGoal, _ settings: Settings) throws(Failure) {
            let path = try settings.requiredKit()
            let named = try NamedFile.namedKit(path)
            kit = try NamedFile.kit(named)
            switch goal {
            case .witnessed:
                guard kit.policy.quorum != .none else {
                    throw .usage(
                        "--until witnessed: the trust kit \(path) asks for no witnesses "
                            + "(quorum none)",
                        hint: "submit without --until, or name a kit whose policy has a quorum")
                }
                checkers = []
            case .timestamped:
                guard kit.timestampRoots != nil else {
                    throw .usage(
                        "--until timestamped: the trust kit \(path) names no timestamp authority",
                        hint: "where the ledger has some, take them: colophon trust update "
                            + "\(path) --ledger URL --accept-policy")
                }
                if let advice = KitEvidence.tokenAdvice {
                    throw .usage("--until timestamped: \(advice)")
                }
                checkers = try NamedFile.checkers(of: kit, in: named, settings, clock: { UTC.now })
            }
        }
    }

    /// Submits until it is done, or until somebody stops it: what has its receipt by then is
    /// completed.
    private func run(
        _ paths: [String], _ url: ServiceURL, _ options: CallOptions, _ trusted: Trusted?,
        _ report: SubmissionReport
    ) async {
        let goal: EvidenceGoal = until == .timestamped ? .timestamped : .witnessed
        await StopSignal.during { [stdout, patience] in
            await LedgerClient.with(url, options: options) { client in
                await RecordSubmission(
                    client: client, storesReceipts: !stdout, until: trusted?.kit, goal: goal,
                    checkers: trusted?.checkers ?? [], patience: patience,
                    onEvent: { report.take($0) }
                ).run(paths)
            }
        }
    }

    /// For how long to go on; nil where each record is sent once.
    private var patience: SubmissionPatience? {
        guard let until else { return wait.map { SubmissionPatience($0.duration) } }
        return SubmissionPatience(
            wait?.duration ?? until.usualWait, firstWait: SubmissionGoal.firstWait)
    }
}

/// What a submission waits for beyond the receipt.
enum SubmissionGoal: String, ExpressibleByArgument, CaseIterable {
    /// That the quorum of the trust kit has seen the record.
    case witnessed

    /// That an authority of the trust kit has dated a head that holds the record, too.
    case timestamped

    /// As long as it waits where nobody says: a dozen of a ledger's rounds of its witnesses, which
    /// are 5 s apart; one of its timestamps, which are 10 min apart, and half of that again.
    var usualWait: Duration {
        switch self {
        case .witnessed: .seconds(60)
        case .timestamped: .seconds(900)
        }
    }

    /// The first wait: witnesses that are near sign within a second.
    static let firstWait: Duration = .milliseconds(250)
}

/// A time to wait, as people write it: 90s, 10m, 2h.
struct WaitingTime {
    let duration: Duration

    /// Reads an argument, and says what is one where it is none.
    static func read(_ argument: String) throws -> WaitingTime {
        guard let time = WaitingTime(argument: argument) else {
            throw ValidationError(complaint(about: argument))
        }
        return time
    }

    private static func complaint(about argument: String) -> String {
        let digits = argument.prefix { "0123456789".contains($0) }
        if Int(digits) == 0 {
            return "nothing is waited for in no time; without --wait each record is sent once"
        }
        if !digits.isEmpty, digits.count == argument.count {
            return "it has no unit: \(argument)s, \(argument)m or \(argument)h"
        }
        return "it is 1s to 24h, in seconds, minutes or hours: 90s, 10m, 2h"
    }

    /// Up to a day: whoever waits longer runs the command again.
    private static let range: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)

    init?(argument: String) {
        guard let span = TimeSpan(argument), Self.range.contains(span.duration) else { return nil }
        duration = span.duration
    }
}
