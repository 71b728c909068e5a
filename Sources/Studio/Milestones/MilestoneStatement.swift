package import Encoding
package import Manifests
package import Provenance

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

    /// The window of the observation; nil where the signer names none.
    package let window: ClosedRange<Timestamp>?

    /// The end of that window, as the signer wrote it.
    package let observedAt: Text?

    /// The entries that it rests on.
    package let evidence: Set<EntryID>

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
        let window = predicate["observed"]?["window"]
        observedAt = window?["to"]?.text
        let ends = ["from", "to"].compactMap { name in
            window?[name]?.text.flatMap { Timestamp($0) }
        }
        self.window = ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
        evidence = Set(
            (predicate["evidence"]?.array ?? []).compactMap(\.text).compactMap { EntryID($0) })
        let reason = registered.ext?["override"]?.text
        override = reason.flatMap { $0.string.allSatisfy(\.isWhitespace) ? nil : $0 }
    }

    /// Why a promotion does not count; nil where it does, and for every other decision.
    ///
    /// It must name the `start` of its round, and the newest rollback that stands before it: what
    /// was decided without knowing of them, as in a spool that had no network, decides nothing. Its
    /// value must be of the round, and keep to the threshold; or somebody says why it need not.
    package func contradiction(
        to start: MilestoneStatement, after rollback: MilestoneStatement?
    ) -> String? {
        guard decision == .promote else { return nil }
        let words = "entry \(registered.entry) promotes"
        guard evidence.contains(start.registered.entry) else {
            return "\(words) and does not name the start of this round"
        }
        if let rollback, !evidence.contains(rollback.registered.entry) {
            return "\(words) and does not name the rollback in entry \(rollback.registered.entry)"
        }
        guard override == nil else { return nil }
        guard metric == start.metric else {
            return "\(words) by another metric, \(metric.condition)"
        }
        guard let observed else { return "\(words) without an observed value" }
        let begin = Timestamp(seconds: Int64(clamping: start.registered.issuedAt))
        let end = Timestamp(seconds: Int64(clamping: registered.issuedAt))
        guard let window, window.lowerBound >= begin, window.upperBound <= end else {
            return "\(words) by a value that was not observed in this round"
        }
        return metric.holds(observed) ? nil : "\(words) at \(observed), against its threshold"
    }
}
