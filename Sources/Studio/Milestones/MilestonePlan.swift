package import Encoding
import Manifests
package import Provenance

/// The members of a decision that is to be signed.
package struct MilestonePlan: Sendable {
    /// What is decided.
    package let decision: MilestoneDecision

    /// Why the threshold is overridden; nil where it is not.
    package let override: Text?

    /// The members of the predicate but for the nonce.
    package let members: JSON.Object

    /// Opens a milestone for a slice.
    package init(opening milestone: Text, for slice: Text, by metric: MilestoneMetric) {
        decision = .start
        override = nil
        members = Self.members(milestone, slice, metric, .start, evidence: [])
    }

    /// Decides about a slice by the metric of its registered `start`.
    ///
    /// - Parameters:
    ///   - others: decisions of the round that are known, registered or not.
    ///   - observation: the newest value; nil where none is young enough. One from before the
    ///     `start` is none.
    ///   - wanted: what somebody wants instead of what follows.
    ///   - reason: why, where that goes against what follows.
    package init(
        about milestone: Text, for slice: Text, after start: MilestoneStatement,
        knowing others: [EntryID] = [], _ observation: Observation?,
        wanted: MilestoneDecision? = nil, reason: Text? = nil
    ) throws(MilestonePlanError) {
        let observation = observation.flatMap {
            $0.at >= start.registered.issuedAt ? $0 : nil
        }
        let due = Self.due(start.metric, observation)
        decision = wanted ?? (reason == nil ? due : .promote)
        guard decision != .start else { throw .startIsOpened }
        guard decision == due || reason != nil else {
            throw .against(wanted: decision, due: due, start.metric, observation?.value)
        }
        override = decision == due ? nil : reason
        var members = Self.members(
            milestone, slice, start.metric, decision, evidence: [start.registered.entry] + others)
        if let observation { members["observed"] = observation.json }
        if let override { members["ext"] = ["override": .string(override)] }
        self.members = members
    }

    /// What follows from a value: hold where there is none.
    package static func due(
        _ metric: MilestoneMetric, _ observation: Observation?
    ) -> MilestoneDecision {
        guard let observation else { return .hold }
        return metric.holds(observation.value) ? .promote : .rollback
    }

    private static func members(
        _ milestone: Text, _ slice: Text, _ metric: MilestoneMetric,
        _ decision: MilestoneDecision, evidence: [EntryID]
    ) -> JSON.Object {
        var members = JSON.Object()
        members["milestone"] = .string(milestone)
        members["slice"] = .string(slice)
        members["metric"] = metric.json
        members["decision"] = .string(Text(decision.rawValue))
        members["evidence"] = .array(evidence.map { .string(Text("\($0)")) })
        return members
    }
}

/// Why no decision is made.
package enum MilestonePlanError: Error {
    /// What is wanted goes against what follows from the threshold. Say why, or leave it.
    case against(
        wanted: MilestoneDecision, due: MilestoneDecision, MilestoneMetric, MetricNumber?)

    /// A `start` is made by opening the milestone.
    case startIsOpened
}

/// A value of a metric that was observed on the PoP.
package struct Observation: Hashable, Sendable {
    /// The value.
    package let value: MetricNumber

    /// When, by this machine's clock, in POSIX seconds.
    package let at: UInt64

    /// Creates an observation.
    package init(_ value: MetricNumber, at: UInt64) {
        (self.value, self.at) = (value, at)
    }

    /// Whether it is no older than `maxAge`, and not of the future.
    package func isYoung(at now: UInt64, maxAge: Duration) -> Bool {
        at <= now && now - at <= UInt64(clamping: maxAge.components.seconds)
    }

    /// `predicate.observed`.
    var json: JSON {
        let time = JSON.string(Text(UTC.text(at)))
        return ["value": value.json, "window": ["from": time, "to": time]]
    }
}
