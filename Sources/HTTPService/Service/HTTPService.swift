import Files
package import Logging
import ServiceLifecycle
import Synchronization

/// Serves routes over HTTP/1.1, with a certificate over HTTP/2 too, until it is told to stop.
///
/// A service is what it answers (``Routes``), where it listens and what it allows
/// (``ServiceOptions``). This one has one route, and is whole:
///
///     struct Greeting: Routes {
///         func route(to path: String) -> Route? {
///             guard path == "/hello" else { return nil }
///             return .get("/hello") { _ in Answer.text("hello\n", cache: CacheRule.never) }
///         }
///     }
///
///     let metrics = MetricsRegistry()
///     let options = ServiceOptions(listen: ListenAddress(host: "127.0.0.1", port: 8080))
///     try await HTTPService(Greeting(), options, metrics: metrics, logger: logger).run()
///
/// What it has without another line: limits on time, size and number of everything that a client
/// holds (``ServiceLimits``), shares of what clients have in common (``Pool``), problems in CBOR
/// and JSON (``Problem``), one line a request in the log, metrics (``MetricsRegistry``), TLS whose
/// certificate is read again while it runs (``TLSCertificate``), and an end that loses no answer.
///
/// The folders are floors, and each imports only those below it:
///
///     Service       listeners and the dialler, and the service that they make: begin here
///     Connections   HTTP/1.1 and HTTP/2 on the event loop, each held to its limits and ended well
///     Requests      one request: its route, its call from head to answer, its query
///     Metrics       what is counted, as Prometheus reads it
///     Answers       replies, problems, entity tags
///     Sharing       limits, and who has how much of what all share
///     Fields  TLS  Logs
///
/// On graceful shutdown it accepts nothing new, answers what it has accepted and returns. What its
/// routes use must still run until then: list that before the service in a `ServiceGroup`.
package struct HTTPService: Service {
    /// Where a service came to listen: the ports are real, also where 0 was asked for.
    package struct Addresses: Sendable {
        /// The address for clients.
        package let listen: ListenAddress

        /// Where what is operational is, where that is another address.
        package let operations: ListenAddress?
    }

    /// Routes at a Unix socket, which only its owner and root are answered at; their requests are
    /// neither counted nor logged.
    package struct Local: Sendable {
        let path: String
        let routes: any Routes

        /// Has routes answered at the socket at `path`, which is made, and removed at the end.
        package init(path: String, routes: any Routes) {
            self.path = path
            self.routes = routes
        }
    }

    private let routes: any Routes
    private let options: ServiceOptions
    private let local: Local?
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let whenReady: @Sendable (Addresses) -> Void

    /// Creates a service; nothing listens until ``run()``.
    ///
    /// - Parameters:
    ///   - routes: what it answers.
    ///   - options: the addresses and the limits.
    ///   - local: what it answers at a Unix socket, where it has one.
    ///   - metrics: where requests are counted.
    ///   - logger: one line a request at `debug`, failures of ours at `warning`.
    ///   - whenReady: called once, when all addresses accept connections.
    package init(
        _ routes: any Routes, _ options: ServiceOptions, local: Local? = nil,
        metrics: MetricsRegistry, logger: Logger,
        whenReady: @escaping @Sendable (Addresses) -> Void = { _ in }
    ) {
        self.routes = routes
        self.options = options
        self.local = local
        self.metrics = metrics
        self.logger = logger
        self.whenReady = whenReady
    }

    /// Listens and serves; throws ``ServerError`` where an address cannot be had.
    package func run() async throws {
        let services: [any Service]
        do throws(FileError) {
            services = try makeServices()
        } catch {
            throw ServerError(place: error.path, reason: error.words)
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

    private func makeServices() throws(FileError) -> [any Service] {
        let clients = Clients(proxies: options.proxies)
        let memory = Pool(limit: options.limits.bodyMemory)
        let counts = RequestMetrics(metrics)
        let startup = Startup(options, hasLocal: local != nil, whenReady)
        func responder(
            _ routes: any Routes, _ face: RouteResponder.Face, _ counts: RequestMetrics?
        ) -> RouteResponder {
            let shared = Shared(limits: options.limits, clients: clients, memory: memory)
            return RouteResponder(routes, face, shared, counts: counts, logger: logger)
        }
        var services: [any Service] = [
            Listener(
                .address(options.listen), certificate: options.certificate, logger: logger,
                responder: responder(routes, options.operations == nil ? .all : .clients, counts),
                answersDirectly: true
            ) { startup.listening($0, at: \.clients) }
        ]
        if let operations = options.operations {
            services.append(
                Listener(
                    .address(operations), logger: logger,
                    responder: responder(routes, .operations, counts)
                ) { startup.listening($0, at: \.operations) })
        }
        if let bastion = options.bastion {
            let shared = Shared(
                limits: options.limits.behindBastion, clients: clients.behindBastion,
                memory: memory)
            services.append(
                Dialler(
                    bastion, metrics: metrics, logger: logger,
                    responder: RouteResponder(
                        routes, .clients, shared, counts: counts, logger: logger)))
        }
        if let local {
            let place = try Place(local.path)
            let socket = try LocalSocket(makingWayFor: place.name, in: place.folder)
            services.append(
                Listener(
                    .socket(socket), logger: logger,
                    responder: responder(local.routes, .all, nil)
                ) { _ in startup.listening(nil, at: \.local) })
        }
        return services
    }
}

/// Waits until every listener is there.
private final class Startup: Sendable {
    struct State {
        var clients: ListenAddress?
        var operations: ListenAddress?
        var local: ListenAddress?
        var missing: Int
    }

    private let options: ServiceOptions
    private let state: Mutex<State>
    private let whenReady: @Sendable (HTTPService.Addresses) -> Void

    init(
        _ options: ServiceOptions, hasLocal: Bool,
        _ whenReady: @escaping @Sendable (HTTPService.Addresses) -> Void
    ) {
        let extras = [options.operations != nil, hasLocal].filter { $0 }
        self.options = options
        self.whenReady = whenReady
        state = Mutex(State(missing: 1 + extras.count))
    }

    func listening(
        _ port: Int?, at address: any WritableKeyPath<State, ListenAddress?> & Sendable
    ) {
        let addresses = state.withLock { state -> HTTPService.Addresses? in
            let asked = address == \.operations ? options.operations : options.listen
            state[keyPath: address] = asked.map {
                ListenAddress(host: $0.host, port: port ?? $0.port)
            }
            state.missing -= 1
            guard state.missing == 0, let clients = state.clients else { return nil }
            return HTTPService.Addresses(listen: clients, operations: state.operations)
        }
        if let addresses { whenReady(addresses) }
    }
}
