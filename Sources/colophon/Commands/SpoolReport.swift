import ArgumentParser
import Encoding
import Files
import Provenance
import Settings
import Studio

/// Seals what a PoP measures of itself into its spool.
struct SpoolReport: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Seal a statement of what this PoP measures of itself.",
        discussion: """
            Numbers only: of the device (load, heat, disk, battery, network, what waits in
            the spool), of the integrity of its works, and of the business (figures of
            reconciliations that spool.json names). They go to the ledger with the other
            records, by colophon spool sync.

              colophon spool report outbox --print
              colophon spool report outbox
              colophon spool report outbox --follow

            Each run seals what was measured since the last statement. With --follow a
            sample is taken every minute, and a statement is sealed each hour; one that
            finds a value outside its usual band is sealed at once, and the windows are
            five minutes for half an hour. SIGTERM seals what is left.
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "How long a window is, from 5m to 24h; default 1h.", valueName: "time"),
        transform: WindowTime.read)
    var window: Double?

    @Option(
        help: ArgumentHelp(
            "How long is waited between two samples, from 10s to 5m; default 1m.",
            valueName: "time"), transform: WindowTime.readInterval)
    var every: Double?

    @Flag(help: "Go on until SIGTERM or Ctrl-C.")
    var follow = false

    @Flag(name: .customLong("print"), help: "Print what would be sealed, and seal nothing.")
    var onlyPrints = false

    @OptionGroup var passphrase: PassphraseOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard !follow || !onlyPrints else {
            throw .usage("--print looks once: leave --follow out")
        }
        guard follow || window == nil && every == nil else {
            throw .usage("--window and --every go with --follow")
        }
        guard !onlyPrints else { return try printOnce(console) }
        let settings = try await common.settings()
        let desk = try SpoolDesk(
            directory, nil, PassphraseSource(passphrase, settings, console), console)
        var reporter = try reporter(desk.spool, desk.signer, console)
        guard follow else {
            do throws(SpoolError) {
                try reporter.report()
            } catch {
                throw Failure(error)
            }
            return .yes
        }
        return await follow(reporter)
    }

    /// Measures until a signal comes, and not before one would be noticed.
    ///
    /// Where the spool was adopted meanwhile, the same command opens it again.
    private func follow(_ reporter: TelemetryReporter) async -> ExitStatus {
        let (trapped, ready) = AsyncStream<Void>.makeStream()
        let work = Task { [reporter] in
            for await _ in trapped { break }
            var reporter = reporter
            await reporter.follow()
            return reporter.isAdopted
        }
        let watch = Task { await StopSignal.wait(ready: { ready.yield() }) { work.cancel() } }
        let isAdopted = await work.value
        watch.cancel()
        return isAdopted ? .tryAgain : .yes
    }

    private func printOnce(_ console: Console) throws(Failure) -> ExitStatus {
        let spool: Spool
        do throws(SpoolError) {
            spool = try Spool(directory, for: .reading)
        } catch {
            throw Failure(error)
        }
        var reporter = try reporter(spool, nil, console)
        _ = reporter.measure()
        let members = reporter.members
        guard !console.json else {
            console.print(json: members)
            return .yes
        }
        for line in TelemetryText(members).lines { console.print(line) }
        return .yes
    }

    private func reporter(
        _ spool: Spool, _ signer: Signer?, _ console: Console
    ) throws(Failure) -> TelemetryReporter {
        var options = TelemetryReporter.Options()
        if let window { options.window = window }
        if let every { options.interval = every }
        let words = TelemetryWords(console)
        do throws(TelemetryError) {
            return try TelemetryReporter(spool, signer, options, onEvent: { words.tell($0) })
        } catch {
            throw Failure(error, spool: directory)
        }
    }
}

/// The times of a reporter, as people write them.
private enum WindowTime {
    static func read(_ argument: String) throws -> Double {
        try read(argument, TelemetryLimit.windows, "5m to 24h, such as 1h")
    }

    static func readInterval(_ argument: String) throws -> Double {
        try read(argument, TelemetryLimit.intervals, "10s to 5m, such as 30s")
    }

    private static func read(
        _ argument: String, _ limits: ClosedRange<Double>, _ rule: String
    ) throws -> Double {
        guard let time = WaitingTime(argument: argument) else {
            throw ValidationError("it is \(rule)")
        }
        let seconds = time.duration / .seconds(1)
        guard limits.contains(seconds) else { throw ValidationError("it is \(rule)") }
        return seconds
    }
}
