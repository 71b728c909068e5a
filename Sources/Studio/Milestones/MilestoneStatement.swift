package import Encoding
import Manifests
import Provenance

/// What a decision about a slice can be.
package enum MilestoneDecision: String, CaseIterable, Sendable {
    /// The rollout begins, and its metric is fixed.
    case start

    /// The slice goes on.
    case promote

    /// Nothing is known of now: the slice waits.
    case hold

    /// The slice goes back.
    case rollback
}

/// A registered decision about one slice of a rollout.
package struct MilestoneStatement: Sendable {
    /// The entry, with its proven place.
    package let registered: RegisteredStatement

    /// What was decided.
    package let decision: MilestoneDecision

    /// By what.
    package let metric: MilestoneMetric

    /// The value that was observed; nil where there was none.
    package let observed: MetricNumber?

    /// The end of the window of the observation, as the signer wrote it.
    package let observedAt: Text?

    /// Why it was decided against the threshold; nil where nobody says so.
    package let override: Text?

    /// Reads a statement about `slice`; nil for one about another slice, or of another type.
    init?(_ registered: RegisteredStatement, slice: Text) {
        let predicate = registered.predicate
        guard registered.type == PredicateType.milestone, predicate["slice"]?.text == slice,
            let decision = predicate["decision"]?.text.flatMap({
                MilestoneDecision(rawValue: $0.string)
            }),
            let metric = MilestoneMetric(predicate["metric"])
        else { return nil }
        self.registered = registered
        self.decision = decision
        self.metric = metric
        observed = predicate["observed"]?["value"].flatMap { MetricNumber($0) }
        observedAt = predicate["observed"]?["window"]?["to"]?.text
        let reason = registered.ext?["override"]?.text
        override = reason.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Why the decision does not follow from the metric that `start` has fixed; nil where it does,
    /// and where somebody has overridden it and says why.
    package func contradiction(to start: MilestoneStatement) -> String? {
        guard decision == .promote, override == nil else { return nil }
        guard metric == start.metric else {
            return "entry \(registered.entry) promotes by another metric, \(metric.condition)"
        }
        guard let observed else {
            return "entry \(registered.entry) promotes without an observed value"
        }
        guard metric.holds(observed) else {
            return "entry \(registered.entry) promotes at \(observed), against its threshold"
        }
        return nil
    }
}
