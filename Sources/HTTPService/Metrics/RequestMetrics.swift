import HTTPTypes
import Metrics
import Synchronization

/// Counts requests by route, method and status.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private let factory: MetricsRegistry
    private let counters = Mutex<[Key: Counter]>([:])
    private let timers = Mutex<[String: Timer]>([:])

    init(_ factory: MetricsRegistry) {
        self.factory = factory
    }

    func count(
        _ route: String, _ method: HTTPRequest.Method, _ status: HTTPResponse.Status,
        _ time: Duration
    ) {
        let key = Key(route: route, method: Self.name(of: method), status: status.code)
        let counter = counters.withLock { counters in
            if let counter = counters[key] { return counter }
            let counter = Counter(
                label: "colophon_http_requests_total",
                dimensions: [
                    ("route", key.route), ("method", key.method), ("status", "\(key.status)"),
                ], factory: factory)
            counters[key] = counter
            return counter
        }
        counter.increment()
        let timer = timers.withLock { timers in
            if let timer = timers[route] { return timer }
            let timer = Timer(
                label: "colophon_http_request_seconds", dimensions: [("route", route)],
                factory: factory)
            timers[route] = timer
            return timer
        }
        timer.recordNanoseconds(
            time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
    }

    /// A client may invent methods; they must not invent series.
    private static func name(of method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .options, .patch: method.rawValue
        default: "other"
        }
    }
}
