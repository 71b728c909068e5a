import ArgumentParser
import Encoding
import Settings
import Studio

/// Opens a milestone for a slice.
struct MilestoneOpen: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Begin a rollout: register its metric and threshold.",
        discussion: """
              colophon milestone open --milestone https://drops.example/estuary/m1 \\
                --pop https://pops.example/berlin --metric refused --unit share \\
                --comparator '<=' --threshold 0.01 --key berlin.pem \\
                --issuer https://pops.example/berlin --trust trust.colophon-kit \\
                --ledger https://ledger.example/prints

            Signs the decision "start" and submits it; with --spool it is sealed into the
            spool, and sync sends it. A later start begins a new round: what was decided
            before it counts no more. A threshold below zero is written --threshold=-1.
            """)

    @OptionGroup var target: MilestoneOptions

    @OptionGroup(title: "The metric") var metric: MetricOptions

    @OptionGroup(title: "Who signs") var signer: MilestoneSigner

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let metric = try metric.chosen()
        let settings = try await signer.settings(target, common)
        let asked = try MilestoneTarget(target, settings, console)
        let desk = try MilestoneDesk(signer, asked, spool: target.spool, settings, console)
        let plan = MilestonePlan(opening: asked.milestone, for: asked.slice, by: metric)
        return try await desk.register(plan).status
    }
}

/// The metric of a milestone.
struct MetricOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What is measured.", valueName: "name"))
    var metric: String

    @Option(help: ArgumentHelp("Its unit; default none.", valueName: "text"))
    var unit: String = ""

    @Option(
        help: ArgumentHelp(
            "How the value is compared: <, <=, =, !=, >=, > or lt, le, eq, ne, ge, gt.",
            valueName: "sign"))
    var comparator: String

    @Option(help: ArgumentHelp("The threshold.", valueName: "number"))
    var threshold: String

    func chosen() throws(Failure) -> MilestoneMetric {
        guard let sign = MetricComparator(comparator) else {
            throw .usage(
                "--comparator \(comparator) compares nothing",
                hint: "one of <, <=, =, !=, >=, > in quotes, or lt, le, eq, ne, ge, gt")
        }
        guard let number = MetricNumber(threshold) else {
            throw .usage("--threshold \(threshold) is not one number", hint: "such as 0.01")
        }
        return MilestoneMetric(
            name: Text(metric), unit: Text(unit), comparator: sign, threshold: number)
    }
}
