import ArgumentParser
import Encoding
import Provenance
import Settings
import Studio

/// Decides about a slice by what was observed.
struct MilestoneDecide: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Register promote, hold or rollback, by the threshold.",
        discussion: """
              colophon milestone decide --milestone https://drops.example/estuary/m1 \\
                --spool outbox

            Takes the newest value that was observed: promote where it keeps to the
            threshold of the registered start, rollback where it does not, hold where none
            is younger than --max-age. Against that it takes a reason, which shows for
            ever; without --decision that means promote:

              colophon milestone decide --milestone https://drops.example/estuary/m1 \\
                --spool outbox --decision promote --override "sold out, nothing to lose"

            As an automated rollback it observes and decides again and again until it is
            stopped, and registers only what changes:

              colophon milestone decide --milestone https://drops.example/estuary/m1 \\
                --spool outbox --from './share.sh refused' --every 1m
            """)

    @OptionGroup var target: MilestoneOptions

    @OptionGroup var place: MilestonePlace

    @Option(
        help: ArgumentHelp(
            "How old the newest value may be; default 10m.", valueName: "time"),
        transform: WaitingTime.span)
    var maxAge: WaitingTime?

    @Option(help: ArgumentHelp("What is wanted: promote, hold, rollback.", valueName: "decision"))
    var decision: WantedDecision?

    @Option(help: ArgumentHelp("Why the threshold is overridden.", valueName: "reason"))
    var override: String?

    @OptionGroup(title: "The metric") var source: MetricSource

    @Option(
        help: ArgumentHelp("Decide again and again, this far apart.", valueName: "time"),
        transform: WaitingTime.span)
    var every: WaitingTime?

    @OptionGroup(title: "Who signs") var signer: MilestoneSigner

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try source.check()
        if let override {
            guard !override.allSatisfy(\.isWhitespace) else {
                throw .usage("--override needs a reason", hint: "it shows wherever it is read")
            }
        }
        guard every == nil || (decision == nil && override == nil) else {
            throw .usage("--every follows the threshold: no --decision and no --override")
        }
        let settings = try await signer.settings(target, common)
        let asked = try MilestoneTarget(target, settings, console)
        let desk = try MilestoneDesk(signer, asked, spool: target.spool, settings, console)
        let state = try place.state(of: asked.milestone, for: asked.slice, spool: target.spool)
        let round = DecisionRound(
            target: asked, desk: desk, state: state, source: source,
            maxAge: maxAge?.duration ?? FreshLedger.usualAge, console: console)
        guard let every else {
            if source.isGiven { try round.keep(try await source.value()) }
            return try await round.decide(
                wanted: decision?.decision, reason: override.map { Text($0) })
        }
        return await DecisionLoop(round: round, every: every.duration, console: console).run()
    }
}

/// What somebody may want instead of what follows.
enum WantedDecision: String, ExpressibleByArgument, CaseIterable {
    case promote, hold, rollback

    var decision: MilestoneDecision {
        switch self {
        case .promote: .promote
        case .hold: .hold
        case .rollback: .rollback
        }
    }
}
