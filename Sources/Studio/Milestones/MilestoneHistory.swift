package import Encoding
import Manifests

/// All that accepted issuers have registered about one slice of a rollout.
package struct MilestoneHistory: Sendable {
    /// The slice: a PoP.
    package let slice: Text

    /// The decisions, in the order of the log.
    package let decisions: [MilestoneStatement]

    /// The postmortems of the milestone, in the order of the log.
    package let postmortems: [RegisteredStatement]

    /// Entries of which it cannot be told what they say.
    package let unclear: [UnclearStatement]

    /// How far it is shown that nothing is left out.
    package let standing: ListStanding

    /// The predicates that are asked about.
    package static let types = [PredicateType.milestone, PredicateType.postmortem]

    /// Takes what is registered about a milestone.
    package init(of slice: Text, in registered: RegisteredStatements) {
        self.slice = slice
        decisions = registered.statements.compactMap { MilestoneStatement($0, slice: slice) }
        postmortems = registered.statements.filter { $0.type == PredicateType.postmortem }
        unclear = registered.unclear
        standing = registered.standing
    }

    /// The newest `start`, which fixes the metric; nil where there is none.
    package var start: MilestoneStatement? { decisions.last { $0.decision == .start } }

    /// The newest decision of the round that the newest `start` has begun, `start` itself included.
    package var newest: MilestoneStatement? {
        guard let start else { return nil }
        return decisions.last.flatMap { newest in
            newest.registered.index >= start.registered.index ? newest : nil
        }
    }

    /// The newest rollback of the newest round that stands before a decision; nil where there is
    /// none.
    private func rollback(before decision: MilestoneStatement) -> MilestoneStatement? {
        let begin = start?.registered.index ?? 0
        return decisions.last {
            $0.decision == .rollback && $0.registered.index >= begin
                && $0.registered.index < decision.registered.index
        }
    }

    /// The newest milestone statement of the newest round of which it cannot be told what it says;
    /// nil where there is none.
    ///
    /// What is older than the newest `start` is passed over: a new round begins.
    package var doubt: UnclearStatement? {
        let begin = start?.registered.index ?? 0
        return unclear.last { $0.type == PredicateType.milestone && $0.index >= begin }
    }

    /// The decision in force; nil where there is none, or where the newest one does not count.
    package var inForce: MilestoneDecision? {
        if case .decided(let newest) = answer { newest.decision } else { nil }
    }

    /// What a pipeline is to do.
    package var answer: MilestoneAnswer {
        if let doubt { return .unclear("\(doubt)") }
        guard let start, let newest else { return .nothing }
        if let words = newest.contradiction(to: start, after: rollback(before: newest)) {
            return .unclear(words)
        }
        return .decided(newest)
    }
}

/// What the registered decisions say to a pipeline.
package enum MilestoneAnswer: Sendable {
    /// The newest decision.
    case decided(MilestoneStatement)

    /// Nobody who counts has opened the milestone for the slice.
    case nothing

    /// It cannot be told; the words say why.
    case unclear(String)
}
