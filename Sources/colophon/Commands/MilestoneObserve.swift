import ArgumentParser
import Encoding
import Files
import Processes
import Settings
import Studio

/// Observes the metric of a milestone.
struct MilestoneObserve: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe",
        abstract: "Keep a value of the metric; nothing is registered.",
        discussion: """
              colophon milestone observe --milestone https://drops.example/estuary/m1 \\
                --spool outbox --value 0.002
              colophon milestone observe --milestone https://drops.example/estuary/m1 \\
                --spool outbox --from './share.sh refused'
              colophon milestone observe --milestone https://drops.example/estuary/m1 \\
                --spool outbox --prometheus \\
                'http://127.0.0.1:9090/api/v1/query?query=refused_share'

            The newest value is kept on this machine, in the spool or in --state DIR, for
            decide. A command is split into words, and no shell sees it; it gets no
            COLOPHON_ variable, 30 s and 4 KiB, and must end with 0 and print exactly one
            number. Where it does not, nothing is kept, and the exit code is 3.
            """)

    @Option(help: ArgumentHelp("The milestone's URI.", valueName: "uri"))
    var milestone: String

    @Option(
        help: ArgumentHelp(
            "The slice: a PoP's issuer; default the issuer of --spool, else your own.",
            valueName: "uri"))
    var pop: String?

    @OptionGroup var place: MilestonePlace

    @Option(help: ArgumentHelp("The spool that keeps the value.", valueName: "dir"))
    var spool: String?

    @Option(help: ArgumentHelp("The value.", valueName: "number"))
    var value: String?

    @OptionGroup var source: MetricSource

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard [value, source.from, source.prometheus].count(where: { $0 != nil }) == 1 else {
            throw .usage("give one of --value, --from and --prometheus")
        }
        let settings = try await common.settings()
        let state = try place.state(
            of: MilestoneTarget.uri(milestone, "--milestone"), for: slice(settings), spool: spool)
        let number: MetricNumber
        if let value {
            guard let given = MetricNumber(value) else {
                throw .usage("--value \(value) is not one number", hint: "such as 0.002")
            }
            number = given
        } else {
            number = try await source.value()
        }
        let observation = Observation(number, at: UTC.now)
        do throws(MilestoneStateError) {
            try state.keep(observation)
        } catch {
            throw Failure(error)
        }
        let time = UTC.text(observation.at)
        console.print("\(number) \(time)", [("value", number.json), ("at", .string(Text(time)))])
        return .yes
    }

    private func slice(_ settings: Settings) throws(Failure) -> Text {
        if pop == nil, let spool {
            do throws(SpoolError) {
                return try Spool(spool, for: .reading).settings.issuer
            } catch {
                throw Failure(error)
            }
        }
        guard let pop = pop ?? settings["issuer"] else {
            throw .usage(
                "--pop is missing", hint: "name the PoP: --pop https://pops.example/berlin")
        }
        return try MilestoneTarget.uri(pop, "--pop")
    }
}

/// Where a value of a metric comes from.
struct MetricSource: ParsableArguments {
    @Option(
        help: ArgumentHelp("A command that prints the value; no shell sees it.", valueName: "cmd"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "An instant query of a Prometheus on this machine: .../api/v1/query?query=...",
            valueName: "url"))
    var prometheus: String?

    /// Whether there is anything to ask.
    var isGiven: Bool { from != nil || prometheus != nil }

    /// Refuses what can never give a value.
    func check() throws(Failure) {
        guard from == nil || prometheus == nil else {
            throw .usage("give one of --from and --prometheus")
        }
        if let from { _ = try Self.command(from) }
        if let prometheus { _ = try Self.query(prometheus) }
    }

    /// Asks for the value; where there is none, that is "not now".
    func value() async throws(Failure) -> MetricNumber {
        // Ctrl-C ends the program that we wait for, too.
        try await StopSignal.during { [self] in await measured() }.get()
    }

    /// The same, for a task that may be cancelled.
    func measured() async -> Result<MetricNumber, Failure> {
        do throws(Failure) {
            let command = try from.map { text throws(Failure) in try Self.command(text) }
            let query = try prometheus.map { text throws(Failure) in try Self.query(text) }
            do throws(MeasuringError) {
                if let command { return .success(try await command.value()) }
                if let query { return .success(try await query.value()) }
            } catch {
                throw Failure(.tryAgain, nil, "\(error); nothing is kept")
            }
            preconditionFailure("a source is given")
        } catch {
            return .failure(error)
        }
    }

    private static func command(_ text: String) throws(Failure) -> MetricCommand {
        do throws(CommandWordsError) {
            return MetricCommand(try CommandWords(text))
        } catch {
            throw .usage("--from \(error)", hint: "such as --from './share.sh refused'")
        }
    }

    private static func query(_ text: String) throws(Failure) -> PrometheusQuery {
        do throws(PrometheusQueryError) {
            return try PrometheusQuery(text)
        } catch {
            throw .usage(
                "--prometheus \(error)",
                hint: "such as 'http://127.0.0.1:9090/api/v1/query?query=up'")
        }
    }
}

/// Where a PoP keeps what it observed.
struct MilestonePlace: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where values are kept; default the spool, else ~/.local/state/colophon/milestones.",
            valueName: "dir"))
    var state: String?

    /// Opens the state of a milestone.
    func state(
        of milestone: Text, for slice: Text, spool: String?
    ) throws(Failure) -> MilestoneState {
        MilestoneState(in: try folder(spool), of: milestone, for: slice)
    }

    private func folder(_ spool: String?) throws(Failure) -> Folder {
        if let spool, state == nil {
            do throws(SpoolError) {
                return try Spool(spool, for: .moving).folder(.milestones)
            } catch {
                throw Failure(error)
            }
        }
        guard let path = state ?? usualPath else {
            throw .usage("there is no home to keep values in", hint: "name a folder: --state DIR")
        }
        do throws(FileError) {
            let folder = try Folder(making: path, .secret)
            try Ownership.requireOwn(folder: path)
            return folder
        } catch {
            throw Failure(writing: error)
        }
    }

    /// A home that depends on where one stands is no place to remember anything.
    private var usualPath: String? {
        guard let home = NamedFile.home, home.hasPrefix("/") else { return nil }
        return home + "/.local/state/colophon/milestones"
    }
}

extension Failure {
    /// Why what a PoP keeps of a milestone was not read or written.
    init(_ error: MilestoneStateError) {
        switch error {
        case .unreadable(let error): self.init(reading: error)
        case .unwritable(let error): self.init(writing: error)
        case .malformed(let path):
            self = .unreadable(
                path, "is not what was observed of this milestone",
                hint: "remove it, and observe again")
        }
    }
}
