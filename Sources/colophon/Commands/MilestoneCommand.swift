import ArgumentParser

/// Stages a rollout by milestones.
struct MilestoneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "milestone",
        abstract: "Promote, hold or roll back a slice by its metric.",
        discussion: """
            A milestone is a URI, its slice a PoP. One metric decides about it, and each
            decision is a statement in the log:

              colophon milestone open --milestone https://drops.example/estuary/m1 \\
                --spool outbox --metric refused --unit share \\
                --comparator '<=' --threshold 0.01
              colophon milestone observe --milestone https://drops.example/estuary/m1 \\
                --spool outbox --from './share.sh refused'
              colophon milestone decide --milestone https://drops.example/estuary/m1 \\
                --spool outbox

            A pipeline obeys the exit code: 0 promote, 1 roll back, 3 everything else.

              colophon milestone check --milestone https://drops.example/estuary/m1 \\
                --pop https://pops.example/berlin --trust trust.colophon-kit \\
                --ledger https://ledger.example/prints && deploy
            """,
        subcommands: [
            MilestoneOpen.self, MilestoneObserve.self, MilestoneDecide.self, MilestoneCheck.self,
            MilestoneStatus.self, MilestoneRehearse.self,
        ])
}
