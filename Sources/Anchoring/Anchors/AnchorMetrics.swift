import Metrics

extension AnchorKind {
    /// The name of the kind in records, in answers and in metrics.
    package var name: String {
        switch self {
        case .timestamp: "rfc3161"
        case .openTimestamps: "opentimestamps"
        }
    }
}

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
        pending =
            source.kind == .openTimestamps
            ? Gauge(label: "colophon_anchor_pending", dimensions: dimensions) : nil
    }

    /// Counts a token, or a promise that is kept.
    func dated() { anchors.increment() }

    func failed(_ failure: AnchorFailure) {
        // Made when it happens: few kinds ever do.
        Counter(
            label: "colophon_anchor_failures_total",
            dimensions: dimensions + [("kind", failure.kind)]
        ).increment()
    }

    func show(_ health: AnchorHealth.Source) {
        // A ledger that has nothing to date asks nobody, and nobody is down.
        if let isUp = health.isUp { up.record(isUp ? 1 : 0) }
        size.record(Int64(clamping: health.datedSize ?? 0))
        overdue.record(health.overdueSince == nil ? 0 : 1)
        pending?.record(Int64(health.pending))
    }
}

/// The instruments of all sources of one kind together.
struct AnchorKindMetrics: Sendable {
    let kind: AnchorKind
    private let newest: Gauge

    init(_ kind: AnchorKind) {
        self.kind = kind
        newest = Gauge(label: "colophon_anchor_seconds", dimensions: [("type", kind.name)])
        newest.record(0)
    }

    func show(_ health: AnchorHealth) {
        let times = health.sources.filter { $0.source.kind == kind }.compactMap(\.newestTime)
        newest.record(Int64(clamping: times.max() ?? 0))
    }
}
