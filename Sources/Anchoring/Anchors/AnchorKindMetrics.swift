import Metrics

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
