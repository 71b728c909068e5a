import Metrics

/// The instruments of one authority or calendar.
struct AnchorSourceMetrics: Sendable {
    private let dimensions: [(String, String)]
    private let anchors: Counter
    private let up: Gauge
    private let size: Gauge
    private let overdue: Gauge
    private let pending: Gauge?

    /// Shows what is counted from the start, so that what stays away can raise an alarm.
    init(_ source: AnchorSource) {
        dimensions = [("type", source.kind.name), ("name", source.url)]
        anchors = Counter(label: "colophon_anchors_total", dimensions: dimensions)
        anchors.increment(by: 0)
        up = Gauge(label: "colophon_anchor_up", dimensions: dimensions)
        size = Gauge(label: "colophon_anchor_size", dimensions: dimensions)
        overdue = Gauge(label: "colophon_anchor_overdue", dimensions: dimensions)
        overdue.record(0)
        guard source.kind == .openTimestamps else {
            pending = nil
            return
        }
        pending = Gauge(label: "colophon_anchor_pending", dimensions: dimensions)
        // An alarm looks at its first increase (alerts.yml), which needs a 0 before.
        failures(of: .forgotten("")).increment(by: 0)
    }

    /// Counts a token, or a promise that is kept.
    func dated() { anchors.increment() }

    func failed(_ failure: AnchorFailure) {
        // Made when it happens: few kinds ever do.
        failures(of: failure).increment()
    }

    private func failures(of failure: AnchorFailure) -> Counter {
        Counter(
            label: "colophon_anchor_failures_total",
            dimensions: dimensions + [("kind", failure.kind)])
    }

    func show(_ health: AnchorHealth.Source) {
        // A ledger that has nothing to date asks nobody, and nobody is down.
        if let isUp = health.isUp { up.record(isUp ? 1 : 0) }
        size.record(Int64(clamping: health.datedSize ?? 0))
        overdue.record(health.overdueSince == nil ? 0 : 1)
        pending?.record(Int64(health.pending))
    }
}
