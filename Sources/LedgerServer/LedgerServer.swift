package import HTTPService
import Files
import Hummingbird
import HummingbirdCore
package import Ledger
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves one ledger over HTTP/1.1, with a certificate over HTTP/2 too, until it is told to stop
/// (http.md).
///
/// On graceful shutdown it accepts nothing new, answers what it has accepted and returns. The
/// ledger must still run until then: list it before the server in a `ServiceGroup`.
package struct LedgerServer: Service {
    /// Where a server came to listen: the ports are real, also where 0 was asked for.
    package struct Addresses: Sendable {
        /// Where clients come.
        package let listen: ListenAddress

        /// Where metrics and health are, where that is another address.
        package let operations: ListenAddress?
    }

    private let ledger: Ledger
    private let options: ServerOptions
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let whenReady: @Sendable (Addresses) -> Void

    /// Creates a server; nothing listens until ``run()``.
    ///
    /// - Parameters:
    ///   - ledger: what to serve.
    ///   - options: where, and what is allowed.
    ///   - metrics: what `/metrics` shows; bootstrap it to have the ledger's numbers in it.
    ///   - logger: one line a request at `debug`, failures of ours at `warning`.
    ///   - whenReady: called once, when all addresses accept connections.
    package init(
        ledger: Ledger, options: ServerOptions, metrics: MetricsRegistry, logger: Logger,
        whenReady: @escaping @Sendable (Addresses) -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.options = options
        self.metrics = metrics
        self.logger = logger
        self.whenReady = whenReady
    }

    /// Listens and serves; throws ``ServerError`` where an address cannot be had.
    package func run() async throws {
        do {
            try await listen()
        } catch let error as FileError {
            throw ServerError(place: error.path, reason: error.words)
        }
    }

    private func listen() async throws {
        let clients = Clients(proxies: options.proxies)
        let routes = LedgerRoutes(
            ledger: ledger, limits: options.limits, metrics: metrics, clients: clients,
            rates: RateLimits(options: options, clients: clients))
        ledger.onErasure { [bundles = routes.bundles] in bundles.forgetManifests() }
        let counts = RequestMetrics(metrics)
        let responder = { (face: LedgerResponder.Face) in
            LedgerResponder(
                routes: routes, face: face, counts: counts, logger: logger)
        }
        let shared = { Shared(limits: options.limits, clients: clients) }
        let startup = Startup(options, whenReady)
        let answering = responder(options.operations == nil ? .all : .clients)
        var listeners = [
            Listener(
                place: .address(options.listen), certificate: options.certificate,
                shared: shared(), logger: logger, responder: answering,
                direct: { [DirectAnswers(answering, $0)] }
            ) { startup.listening($0, at: \.clients) }
        ]
        if let operations = options.operations {
            listeners.append(
                Listener(
                    place: .address(operations), shared: shared(), logger: logger,
                    responder: responder(.operations)
                ) { startup.listening($0, at: \.operations) })
        }
        var services: [any Service] = listeners
        if let control = options.control {
            let place = try Place(control)
            let socket = try LocalSocket(makingWayFor: place.name, in: place.folder)
            services.append(
                Listener(
                    place: .socket(socket), shared: shared(), logger: logger,
                    responder: ControlResponder(ledger: ledger, jobs: options.jobs)
                ) { _ in startup.listening(nil, at: \.control) })
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                }, logger: quiet))
        try await group.run()
    }
}

/// Waits until every listener is there.
private final class Startup: Sendable {
    struct State {
        var clients: ListenAddress?
        var operations: ListenAddress?
        var control: ListenAddress?
        var missing: Int
    }

    private let options: ServerOptions
    private let state: Mutex<State>
    private let whenReady: @Sendable (LedgerServer.Addresses) -> Void

    init(
        _ options: ServerOptions, _ whenReady: @escaping @Sendable (LedgerServer.Addresses) -> Void
    ) {
        let extras = [options.operations == nil, options.control == nil].filter { !$0 }
        self.options = options
        self.whenReady = whenReady
        state = Mutex(State(missing: 1 + extras.count))
    }

    func listening(
        _ port: Int?, at address: any WritableKeyPath<State, ListenAddress?> & Sendable
    ) {
        let addresses = state.withLock { state -> LedgerServer.Addresses? in
            let asked = address == \.operations ? options.operations : options.listen
            state[keyPath: address] = asked.map {
                ListenAddress(host: $0.host, port: port ?? $0.port)
            }
            state.missing -= 1
            guard state.missing == 0, let clients = state.clients else { return nil }
            return LedgerServer.Addresses(listen: clients, operations: state.operations)
        }
        if let addresses { whenReady(addresses) }
    }
}
