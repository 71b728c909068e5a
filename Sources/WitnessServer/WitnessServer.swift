package import HTTPService
package import Logging
internal import NIOCore
internal import ServiceLifecycle
package import Witnessing

/// Serves one witness on an ``HTTPService``, until it is told to stop (witness.md §3).
///
/// On graceful shutdown it accepts nothing new, answers what it has accepted and returns. The
/// witness must still run until then: list it before the server in a `ServiceGroup`.
package struct WitnessServer: Service {
    private let service: HTTPService

    /// Creates a server; nothing listens until ``run()``.
    ///
    /// - Parameters:
    ///   - routes: what it answers.
    ///   - options: the addresses and the limits.
    ///   - metrics: what `/metrics` shows; bootstrap it to have the witness's numbers in it.
    ///   - logger: one line a request at `debug`, failures of ours at `warning`.
    ///   - whenReady: called once, when all addresses accept connections.
    package init(
        _ routes: WitnessRoutes, _ options: ServiceOptions, metrics: MetricsRegistry,
        logger: Logger, whenReady: @escaping @Sendable (HTTPService.Addresses) -> Void = { _ in }
    ) {
        service = HTTPService(
            routes, options, metrics: metrics, logger: logger, whenReady: whenReady)
    }

    /// Listens and serves; throws ``ServerError`` where an address cannot be had.
    package func run() async throws { try await service.run() }
}

extension WitnessRoutes {
    /// Creates the routes of a witness, whose rates go by the system's clock.
    package convenience init(
        _ witness: Witness, _ limits: WitnessLimits, metrics: MetricsRegistry
    ) {
        self.init(witness, limits, metrics: metrics) { NIODeadline.now().uptimeNanoseconds }
    }
}

extension Witness: Service {
    /// Runs until graceful shutdown, then answers everything that was accepted.
    package func run() async throws {
        try? await gracefulShutdown()
        stop()
    }
}
