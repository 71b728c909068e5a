package import HTTPService
package import Ledger
package import Logging
import ServiceLifecycle

/// Serves one ledger: its routes and its control socket on an ``HTTPService``, until it is told to
/// stop (http.md §1).
///
/// On graceful shutdown it accepts nothing new, answers what it has accepted and returns. The
/// ledger must still run until then: list it before the server in a `ServiceGroup`.
package struct LedgerServer: Service {
    private let ledger: Ledger
    private let options: ServerOptions
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let whenReady: @Sendable (HTTPService.Addresses) -> Void

    /// Creates a server; nothing listens until ``run()``.
    ///
    /// - Parameters:
    ///   - ledger: what to serve.
    ///   - options: the addresses and the limits.
    ///   - metrics: what `/metrics` shows; bootstrap it to have the ledger's numbers in it.
    ///   - logger: one line a request at `debug`, failures of ours at `warning`.
    ///   - whenReady: called once, when all addresses accept connections.
    package init(
        ledger: Ledger, options: ServerOptions, metrics: MetricsRegistry, logger: Logger,
        whenReady: @escaping @Sendable (HTTPService.Addresses) -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.options = options
        self.metrics = metrics
        self.logger = logger
        self.whenReady = whenReady
    }

    /// Listens and serves; throws ``ServerError`` where an address cannot be had.
    package func run() async throws {
        let limits = options.limits
        let routes = LedgerRoutes(
            ledger: ledger, limits: limits, metrics: metrics,
            rates: RateLimits(limits, clock: options.monotonicClock),
            intervals: options.evidenceIntervals, similar: options.similar, site: options.site,
            moreWarnings: options.warnings)
        // All that was asked is answered by then.
        defer { routes.reads.stop() }
        ledger.onErasure { [bundles = routes.bundles] in bundles.forgetManifests() }
        let control = options.control.map { path in
            HTTPService.Local(path: path, routes: ControlRoutes(ledger: ledger, jobs: options.jobs))
        }
        try await HTTPService(
            routes, options.service, local: control, metrics: metrics, logger: logger,
            whenReady: whenReady
        ).run()
    }
}
