import ArgumentParser
import Encoding
import Provenance
import Settings
import Studio

/// Shows all decisions about a slice, and rollbacks that wait for a postmortem.
struct MilestoneStatus: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the decisions about a slice, and postmortems that are due.",
        discussion: """
              colophon milestone status --milestone https://drops.example/estuary/m1 \\
                --pop https://pops.example/berlin --trust trust.colophon-kit \\
                --ledger https://ledger.example/prints

            A rollback has 8 business hours for its postmortem: Monday to Friday, 09:00 to
            17:00 UTC, or the setting business-hours. They are counted from the first head
            that holds the rollback to the first that holds the postmortem, else to the
            newest head. Exit code 1 means that one is late.

            That no decision is left out is proven as by check, or it is an error.
            """)

    @OptionGroup var target: MilestoneOptions

    @OptionGroup var list: ListOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(
            target.connection.flags.merging(["trust": target.trust]) { $1 })
        let asked = try MilestoneTarget(target, settings, console)
        let (history, debts, head) = try await asked.look(maxAge: nil, trusting: list.trust) {
            ledger, history throws(RegisteredError) in
            let debts = try await history.debts(
                by: HeadTimes(of: ledger), newest: ledger.kit.time, in: asked.hours)
            return (history, debts, MilestoneWords.Head(ledger, history.standing))
        }
        let words = MilestoneWords(of: asked, as: head)
        for decision in history.decisions {
            let debt = debts.first { $0.rollback.registered.entry == decision.registered.entry }
            words.print(decision, debt, console)
        }
        for doubt in history.unclear { console.warn(nil, "\(doubt)") }
        if history.decisions.isEmpty {
            console.note("nothing is registered of \(asked.milestone) by \(asked.slice)")
        }
        words.tellCompleteness(console)
        let late = debts.count(where: \.isLate)
        if late > 0 {
            console.report(
                .no(nil, late == 1 ? "a postmortem is late" : "\(late) postmortems are late"))
            return .no
        }
        return history.unclear.isEmpty ? .yes : .tryAgain
    }
}

extension MilestoneWords {
    /// Prints a decision of the history, and what is due after it.
    func print(_ decision: MilestoneStatement, _ debt: RollbackDebt?, _ console: Console) {
        console.print(
            Self.row(decision), members + Self.members(of: decision) + Self.members(of: debt))
        guard !console.json else { return }
        console.print("  entry \(decision.registered.entry)")
        if let reason = decision.override {
            console.print("  overridden: \(reason.string)")
        }
        if let debt { console.print("  \(Self.words(debt))") }
    }

    /// A decision in a line of at most 80 columns, but for long values.
    private static func row(_ decision: MilestoneStatement) -> String {
        let registered = decision.registered
        let value =
            decision.decision == .start
            ? decision.metric.condition : decision.observed.map { "\($0)" } ?? "-"
        return "\(registered.index) \(decision.decision.rawValue) \(value) "
            + "signed \(Instant(registered.issuedAt))"
    }

    private static func words(_ debt: RollbackDebt) -> String {
        guard let postmortem = debt.postmortem else {
            return (debt.isLate ? "postmortem is late: it was" : "postmortem is") + " due "
                + "\(Instant(debt.dueAt))"
        }
        return debt.isLate
            ? "postmortem \(postmortem.entry) was late, due \(Instant(debt.dueAt))"
            : "postmortem \(postmortem.entry)"
    }

    private static func members(of debt: RollbackDebt?) -> [(Text, JSON?)] {
        guard let debt else { return [] }
        return [
            ("rolledBackAt", .string(Text(UTC.text(debt.rolledBackAt)))),
            ("postmortem", debt.postmortem.map { .string(Text("\($0.entry)")) }),
            ("postmortemAt", debt.postmortem.map { _ in .string(Text(UTC.text(debt.until))) }),
            ("due", .string(Text(UTC.text(debt.dueAt)))), ("late", .bool(debt.isLate)),
        ]
    }
}
