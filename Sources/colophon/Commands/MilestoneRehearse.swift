import ArgumentParser
import Encoding
import Files
import Studio

/// Stages a PoP against a ledger that is thrown away.
struct MilestoneRehearse: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Measure synthetic traffic against a throw-away ledger.",
        discussion: """
              colophon milestone rehearse --rate 20 --seconds 5
              colophon milestone rehearse --rate 20 --seconds 5 --metric p99-seconds

            Starts the colophond that stands beside this program (or that of --colophond)
            with a new ledger in a temporary folder, on 127.0.0.1 and a free port, sends it
            so many records a second for so many seconds, and removes it. No real ledger is
            spoken to, and no setting of this machine is read.

            refused-share is the part that got no receipt; p50-seconds and p99-seconds are
            the times from when a record was due to its receipt. With --metric that number
            alone is printed, for observe --from.
            """)

    @Option(help: ArgumentHelp("Records a second, 1 to 2000.", valueName: "count"))
    var rate: Int

    @Option(help: ArgumentHelp("For so many seconds, 1 to 3600.", valueName: "seconds"))
    var seconds: Int

    @Option(
        help: ArgumentHelp(
            "Print this alone: refused-share, p50-seconds, p99-seconds.", valueName: "name"))
    var metric: Rehearsal.Metric?

    @Option(
        help: ArgumentHelp(
            "The server to rehearse with; default the colophond beside this program.",
            valueName: "path"))
    var colophond: String?

    @Option(help: .hidden)
    var ledger: String?

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard ledger == nil else {
            throw .usage(
                "--ledger: a rehearsal never speaks to a real ledger",
                hint: "leave it out: rehearse makes a ledger and removes it")
        }
        let server = colophond ?? Rehearsal.usualServer
        guard try NamedFile.isTaken(server) else {
            throw .usage(
                "\(server): there is no such program", hint: "name it: --colophond PATH")
        }
        guard let rehearsal = Rehearsal(rate: rate, seconds: seconds, server: server) else {
            throw .usage(
                "\(rate) a second for \(seconds) s is not a rehearsal",
                hint: "1 to 2000 a second, 1 to 3600 s, 500000 records in all")
        }
        let result = try await run(rehearsal, console)
        if result.registered < result.sent, let reason = result.reason {
            console.warn(nil, "\(result.sent - result.registered) without a receipt: \(reason)")
        }
        guard let metric else {
            tell(result, console)
            return .yes
        }
        guard let value = result.value(metric) else {
            throw Failure(.tryAgain, nil, "no record was registered: \(metric.rawValue) is unknown")
        }
        console.print(
            "\(value)", [("metric", .string(Text(metric.rawValue))), ("value", value.json)])
        return .yes
    }

    /// Runs it until it is done or stopped; in each case nothing is left behind.
    private func run(
        _ rehearsal: Rehearsal, _ console: Console
    ) async throws(Failure) -> RehearsalResult {
        let progress = ProgressLine(console)
        defer { progress.clear() }
        do throws(RehearsalError) {
            return try await StopSignal.during(trying: { () async throws(RehearsalError) in
                try await rehearsal.run { progress.report("records", $0, of: $1) }
            })
        } catch {
            throw Failure(.tryAgain, nil, "the rehearsal gave nothing: \(error)")
        }
    }

    private func tell(_ result: RehearsalResult, _ console: Console) {
        let values = Rehearsal.Metric.allCases.map { ($0, result.value($0)) }
        let counts: [(Text, Int)] = [
            ("sent", result.sent), ("registered", result.registered),
            ("refused", result.refused), ("unanswered", result.unanswered),
        ]
        guard !console.json else {
            return console.print(
                json: Console.object(
                    counts.map { ($0.0, .integer(Int64($0.1))) }
                        + values.map { (Text($0.rawValue), $1?.json) }))
        }
        console.print(counts.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        for (metric, value) in values {
            console.print("\(metric.rawValue) \(value.map { "\($0)" } ?? "unknown")")
        }
    }
}

extension Rehearsal.Metric: ExpressibleByArgument {}
