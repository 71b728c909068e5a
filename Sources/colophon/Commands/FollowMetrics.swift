import Auditing
import CoreMetrics
import HTTPService
import Synchronization

/// The numbers of a monitor as Prometheus fetches them, and whether it is well.
final class FollowMetrics: Routes {
    private let registry: MetricsRegistry
    private let numbers: @Sendable () -> MonitorNumbers
    private let now: @Sendable () -> UInt64
    private let begun: UInt64

    /// After so many seconds without a round that came to its end a monitor is not ready.
    private let patience: UInt64

    /// Events of each kind as they were counted at the last look.
    private let counted = Mutex<[MonitorEvent.Kind: UInt64]>([:])

    init(
        _ registry: MetricsRegistry, interval: Duration,
        now: @escaping @Sendable () -> UInt64, numbers: @escaping @Sendable () -> MonitorNumbers
    ) {
        (self.registry, self.now, self.numbers) = (registry, now, numbers)
        begun = now()
        patience = UInt64((MonitorLimit.unreadableAfter + interval).components.seconds)
    }

    static func registry() -> MetricsRegistry {
        MetricsRegistry(describing: [
            "colophon_audit_size": "Entries of the log that were read and judged.",
            "colophon_audit_last_success_seconds":
                "When a round of the audit last came to its end, POSIX seconds.",
            "colophon_audit_behind_seconds":
                "Seconds since a round of the audit came to its end, or since the start.",
            "colophon_audit_head_seconds":
                "When witnesses saw the newest head, POSIX seconds.",
            "colophon_audit_quorum": "1 where the newest head has its quorum, else 0.",
            "colophon_audit_findings": "Findings by rule since the state was made.",
            "colophon_audit_events_total": "Events of the monitor by kind.",
            "colophon_audit_waiting": "Events that wait for a receiver.",
            "colophon_audit_unserved_entries":
                "Entries whose creator could not be read: their manifests are not served.",
        ])
    }

    func route(to path: String) -> Route? {
        switch path {
        case "/healthz":
            .get("/healthz", isOperational: true) { _ in
                Answer.text("ok\n", cache: CacheRule.never)
            }
        case "/readyz":
            .get("/readyz", isOperational: true) { [self] _ throws(Problem) in try readiness() }
        case "/metrics":
            .long("/metrics") { [self] _ in text() }
        default: nil
        }
    }

    /// Seconds since a round came to its end, or since the start.
    private func behind(_ numbers: MonitorNumbers) -> UInt64 {
        let (now, last) = (now(), numbers.lastSuccess ?? begun)
        return now - min(now, last)
    }

    private func readiness() throws(Problem) -> Reply {
        let numbers = numbers()
        guard numbers.lastSuccess != nil else { throw .storage("no round has come to its end yet") }
        let behind = behind(numbers)
        guard behind <= patience else {
            throw .storage("no round has come to its end for \(behind) seconds")
        }
        return Answer.text("ready\n", cache: CacheRule.never)
    }

    private func text() -> Reply {
        let numbers = numbers()
        // What nobody knows any more is not shown with the value that it had.
        let gauges = gauges(numbers)
        defer { for gauge in gauges { registry.destroyRecorder(gauge) } }
        count(numbers.events)
        return Answer.text(registry.text(), MediaType.metrics, cache: CacheRule.never)
    }

    private func gauges(_ numbers: MonitorNumbers) -> [any RecorderHandler] {
        var gauges = [
            gauge("size", numbers.size),
            gauge("behind_seconds", behind(numbers)),
            gauge("unserved_entries", numbers.unserved),
        ]
        if let time = numbers.lastSuccess { gauges.append(gauge("last_success_seconds", time)) }
        if let time = numbers.headTime { gauges.append(gauge("head_seconds", time)) }
        if let hasQuorum = numbers.hasQuorum { gauges.append(gauge("quorum", hasQuorum ? 1 : 0)) }
        gauges += AuditRule.allCases.map { rule in
            gauge(
                "findings", numbers.findings[rule] ?? 0,
                [("rule", rule.rawValue), ("weight", rule.weight.rawValue)])
        }
        gauges += numbers.waiting.map { name, count in
            gauge("waiting", count, [("receiver", name)])
        }
        return gauges
    }

    private func gauge(
        _ name: String, _ value: UInt64, _ labels: [(String, String)] = []
    ) -> any RecorderHandler {
        let gauge = registry.makeRecorder(
            label: "colophon_audit_\(name)", dimensions: labels, aggregate: false)
        gauge.record(Double(value))
        return gauge
    }

    private func count(_ events: [MonitorEvent.Kind: UInt64]) {
        counted.withLock { counted in
            for kind in MonitorEvent.Kind.allCases {
                let (total, before) = (events[kind] ?? 0, counted[kind] ?? 0)
                registry.makeCounter(
                    label: "colophon_audit_events_total", dimensions: [("event", kind.rawValue)]
                ).increment(by: Int64(clamping: total - min(total, before)))
                counted[kind] = total
            }
        }
    }
}
