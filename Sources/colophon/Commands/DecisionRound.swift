import Encoding
import Jobs
import Provenance
import Studio

/// One look at what was observed and at what is registered, and the decision that follows.
struct DecisionRound {
    let target: MilestoneTarget
    let desk: MilestoneDesk
    let state: MilestoneState
    let source: MetricSource

    /// How old the newest value may be.
    let maxAge: Duration

    let console: Console

    /// Keeps a value that was measured just now.
    func keep(_ number: MetricNumber) throws(Failure) {
        do throws(MilestoneStateError) {
            try state.keep(Observation(number, at: UTC.now))
        } catch {
            throw Failure(error)
        }
    }

    /// Registers what follows from the newest value, or what is wanted.
    func decide(wanted: MilestoneDecision?, reason: Text?) async throws(Failure) -> ExitStatus {
        let open = try await history()
        let (start, _, known) = try current(in: open)
        let plan = try plan(after: start, knowing: known, wanted, reason)
        if let reason, plan.override == nil {
            console.note(
                "\(plan.decision.rawValue) follows from the threshold: \"\(reason.string)\" is not "
                    + "needed, and not registered")
        }
        return try await register(plan, after: start).status
    }

    /// Registers what follows from the newest value where that is another decision than the one
    /// before; returns what was registered, else nil.
    func decideWhereChanged() async throws(Failure) -> MilestoneDesk.Registered? {
        let (start, current, known) = try current(in: try await history())
        let plan = try plan(after: start, knowing: known, nil, nil)
        guard plan.decision != current else { return nil }
        return try await register(plan, after: start)
    }

    private func register(
        _ plan: MilestonePlan, after start: MilestoneStatement
    ) async throws(Failure) -> MilestoneDesk.Registered {
        let registered = try await desk.register(plan)
        guard registered.status != .no else { return registered }
        do throws(MilestoneStateError) {
            try state.keep(
                MilestoneState.Decided(
                    entry: registered.entry, decision: plan.decision,
                    start: start.registered.entry,
                    record: registered.spooled ?? registered.unsent))
        } catch {
            throw Failure(error)
        }
        return registered
    }

    private func plan(
        after start: MilestoneStatement, knowing others: [EntryID], _ wanted: MilestoneDecision?,
        _ reason: Text?
    ) throws(Failure) -> MilestonePlan {
        let newest: Observation?
        do throws(MilestoneStateError) {
            newest = try state.observation()
        } catch {
            throw Failure(error)
        }
        let now = UTC.now
        let observation = newest.flatMap { value in
            value.isYoung(at: now, maxAge: maxAge) && value.at >= start.registered.issuedAt
                ? value : nil
        }
        if observation == nil { console.note(Self.words(newest, now: now, start)) }
        do throws(MilestonePlanError) {
            return try MilestonePlan(
                about: target.milestone, for: target.slice, after: start, knowing: others,
                observation,
                wanted: wanted, reason: reason)
        } catch {
            throw Failure(error)
        }
    }

    /// Why no value counts.
    private static func words(
        _ newest: Observation?, now: UInt64, _ start: MilestoneStatement
    ) -> String {
        guard let newest else { return "no value was observed" }
        let time = UTC.text(newest.at)
        if newest.at > now { return "the newest value is of the future by this clock, \(time)" }
        return newest.at < start.registered.issuedAt
            ? "the newest value is of \(time), before the start: observe again"
            : "the newest value is of \(time), and too old"
    }

    /// The path of a record that a command before this one has signed and could not submit.
    func leftUnsent() throws(Failure) -> (path: String, entry: EntryID)? {
        guard desk.spool == nil else { return nil }
        let decided: MilestoneState.Decided?
        do throws(MilestoneStateError) {
            decided = try state.decided()
        } catch {
            throw Failure(error)
        }
        guard let decided, let path = decided.record, try NamedFile.isTaken(path) else {
            return nil
        }
        return (path, decided.entry)
    }

    /// What is registered, where the milestone is open.
    ///
    /// The head need not be young, and the list not be proven: what is registered now is judged by
    /// `check`, by the newest `start`.
    private func history() async throws(Failure) -> OpenMilestone {
        let history = try await target.look(maxAge: nil, trusting: .word) { _, history in history }
        if let doubt = history.doubt {
            throw Failure(
                .tryAgain, nil, "\(doubt); nothing is registered",
                hint: "colophon milestone open begins a new round")
        }
        guard let start = history.start else {
            throw Failure(
                .tryAgain, nil, "\(target.slice) has not opened \(target.milestone)",
                hint: "colophon milestone open; a start in a spool counts once it is sent")
        }
        return OpenMilestone(start: start, history: history)
    }

    /// A milestone that is open for the slice.
    private struct OpenMilestone {
        let start: MilestoneStatement
        let history: MilestoneHistory
    }

    /// The decision in force: the newest that is registered, or one that is on its way; and all
    /// that a new one must know of.
    private func current(
        in open: OpenMilestone
    ) throws(Failure) -> (start: MilestoneStatement, MilestoneDecision?, known: [EntryID]) {
        let decided: MilestoneState.Decided?
        do throws(MilestoneStateError) {
            decided = try state.decided()
        } catch {
            throw Failure(error)
        }
        let newest = open.history.newest
        let rollback = open.history.decisions.last { $0.decision == .rollback }
        var known = [newest, rollback].compactMap { $0?.registered }
            .filter { $0.index > open.start.registered.index }.map(\.entry)
        if known.count == 2, known[0] == known[1] { known.removeLast() }
        guard let decided, decided.start == open.start.registered.entry,
            !open.history.decisions.contains(where: { $0.registered.entry == decided.entry }),
            try isOnItsWay(decided)
        else { return (open.start, open.history.inForce, known) }
        return (open.start, decided.decision, known + [decided.entry])
    }

    /// Whether the record of a decision is in the spool, and will be sent.
    private func isOnItsWay(_ decided: MilestoneState.Decided) throws(Failure) -> Bool {
        guard let spool = desk.spool?.spool, let name = decided.record else { return false }
        do throws(SpoolError) {
            for state in [SpoolRecord.State.pending, .submitted, .registered] {
                if try spool.records(in: state).contains(where: { $0.fileName == name }) {
                    return true
                }
            }
            return false
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// Why no decision is made.
    init(_ error: MilestonePlanError) {
        switch error {
        case .against(let wanted, let due, let metric, let value):
            let observed = value.map { "\($0) was observed" } ?? "no value is young enough"
            self = .no(
                nil,
                "\(wanted.rawValue) goes against the threshold, which says \(due.rawValue): "
                    + "\(metric.condition); \(observed)",
                hint: "leave --decision, or say why: --override REASON")
        case .startIsOpened: self = .usage("a start is made by colophon milestone open")
        }
    }
}

/// Decides again and again, until somebody stops it: an automated rollback.
struct DecisionLoop {
    let round: DecisionRound
    let every: Duration
    let console: Console

    /// The longest wait after failures: a ledger that is back is found in so long.
    private static let longestWait: Duration = .seconds(300)

    /// Runs until a signal, or until the ledger refuses what this key signs.
    func run() async -> ExitStatus {
        await StopSignal.during { await decide() }
    }

    private func decide() async -> ExitStatus {
        var failures = 0
        var unsent: (path: String, entry: EntryID)?
        do throws(Failure) {
            unsent = try round.leftUnsent()
        } catch {
            console.report(error)
            return error.status
        }
        while !Task.isCancelled {
            await observe()
            do throws(Failure) {
                if let left = unsent {
                    let again = await round.desk.submit(left.path, left.entry)
                    unsent = again.unsent.map { ($0, left.entry) }
                    if again.status == .no { return .no }
                }
                if unsent == nil, let done = try await round.decideWhereChanged() {
                    if done.status == .no { return .no }
                    unsent = done.unsent.map { ($0, done.entry) }
                }
                failures = unsent == nil ? 0 : failures + 1
            } catch {
                guard !Task.isCancelled else { return .yes }
                console.report(error)
                guard error.status == .tryAgain else { return error.status }
                failures += 1
            }
            guard (try? await Task.sleep(for: wait(after: failures))) != nil else { return .yes }
        }
        return .yes
    }

    /// Observes, where a source is given; where that fails the newest value stays, and grows old.
    private func observe() async {
        guard round.source.isGiven else { return }
        do throws(Failure) {
            try round.keep(try await round.source.measured().get())
        } catch {
            guard !Task.isCancelled else { return }
            console.warn(nil, error.reason)
        }
    }

    /// The wait until the next round: twice as long for each failure in a row, with jitter, so that
    /// many PoPs do not come back at once.
    private func wait(after failures: Int) -> Duration {
        guard failures > 0 else { return every }
        return Backoff(first: every, longest: max(every, Self.longestWait))
            .wait(after: failures) * Double.random(in: 0.75...1.25)
    }
}
