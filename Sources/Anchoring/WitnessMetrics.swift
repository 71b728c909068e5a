import Checkpoints
import Metrics

/// The instruments of one witness.
///
/// Whoever makes them ends them, so that what is said of a witness goes away with it.
struct WitnessMetrics: Sendable {
    private let name: String
    private let cosignatures: Counter
    private let ignored: Counter
    private let up: Gauge
    private let size: Gauge
    private let time: Gauge

    init(_ witness: PolicyWord) {
        name = witness.description
        let dimensions = [("witness", name)]
        cosignatures = Counter(
            label: "colophon_witness_cosignatures_total", dimensions: dimensions)
        ignored = Counter(label: "colophon_witness_ignored_lines_total", dimensions: dimensions)
        up = Gauge(label: "colophon_witness_up", dimensions: dimensions)
        size = Gauge(label: "colophon_witness_size", dimensions: dimensions)
        time = Gauge(label: "colophon_witness_cosigned_seconds", dimensions: dimensions)
    }

    func cosigned(_ size: UInt64, at seconds: UInt64, ignoring count: Int) {
        cosignatures.increment()
        ignored.increment(by: count)
        up.record(1)
        self.size.record(Int64(clamping: size))
        time.record(Int64(clamping: seconds))
    }

    func answered() { up.record(1) }

    func failed(_ failure: WitnessFailure) {
        up.record(0)
        // Made when it happens: few kinds ever do.
        Counter(
            label: "colophon_witness_failures_total",
            dimensions: [("witness", name), ("kind", failure.kind)]
        ).increment()
    }

    /// Says nothing more of how the witness is; what was counted stays.
    func end() {
        for gauge in [up, size, time] { gauge.destroy() }
    }
}

/// The instruments of all witnesses together.
struct AnchoringMetrics: Sendable {
    /// Where there is a quorum to be met.
    private let size: Gauge?
    private let time: Gauge?
    private let held = Gauge(label: "colophon_signing_held")
    private let splitViews = Counter(label: "colophon_split_views_total")

    /// Shows every number from the start, so that one that stays away can raise an alarm.
    init(hasQuorum: Bool) {
        splitViews.increment(by: 0)
        size = hasQuorum ? Gauge(label: "colophon_quorum_size") : nil
        time = hasQuorum ? Gauge(label: "colophon_quorum_seconds") : nil
    }

    func metQuorum(_ quorum: AnchoringHealth.Quorum) {
        size?.record(Int64(clamping: quorum.size))
        time?.record(Int64(clamping: quorum.time))
    }

    func sawSplitView() { splitViews.increment() }

    func holds(_ isHeld: Bool) { held.record(isHeld ? 1 : 0) }

    /// Says nothing more of how it stands.
    func end() {
        for gauge in [size, time, held] { gauge?.destroy() }
    }
}
