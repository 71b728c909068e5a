import ArgumentParser
import Encoding
import Provenance
import Settings
import Studio

/// Says to a pipeline what the registered decisions say.
struct MilestoneCheck: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether a slice is promoted: exit 0 promote, 1 roll back, else 3.",
        discussion: """
              colophon milestone check --milestone https://drops.example/estuary/m1 \\
                --pop https://pops.example/berlin --trust trust.colophon-kit \\
                --ledger https://ledger.example/prints && deploy

            0: the newest decision is promote. 1: it is rollback. 3: it is hold or start,
            there is none, or nothing can be told: the ledger is out of reach, its newest
            head is older than --max-age, a statement does not hold, or it is not proven
            that none is left out. 2: the command is used wrongly.

            Each statement is verified by the trust kit. That none is left out is proven by
            the ledger's index, and by reading the entries that it does not cover, at most
            65536. --accept-claimed takes the ledger's word for it.
            """)

    @OptionGroup var target: MilestoneOptions

    @Option(
        help: ArgumentHelp(
            "How old the ledger's newest head may be; default 10m.", valueName: "time"),
        transform: WaitingTime.span)
    var maxAge: WaitingTime?

    @OptionGroup var list: ListOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(
            target.connection.flags.merging(["trust": target.trust]) { $1 })
        let asked = try MilestoneTarget(target, settings, console)
        let (answer, head) = try await asked.look(
            maxAge: maxAge?.duration ?? FreshLedger.usualAge, trusting: list.trust
        ) { ledger, history in
            (history.answer, MilestoneWords.Head(ledger, history.standing))
        }
        MilestoneWords(of: asked, as: head).print(answer, console)
        return Self.status(answer)
    }

    /// What a pipeline obeys.
    private static func status(_ answer: MilestoneAnswer) -> ExitStatus {
        guard case .decided(let newest) = answer else { return .tryAgain }
        switch newest.decision {
        case .promote: return .yes
        case .rollback: return .no
        case .hold, .start: return .tryAgain
        }
    }
}
