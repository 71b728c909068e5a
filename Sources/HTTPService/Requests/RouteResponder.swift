import Hummingbird
import Logging
import NIOCore

/// Answers every request of a listener: finds the route, counts, and logs.
final class RouteResponder: HTTPResponder {
    /// What Hummingbird hands over with a request.
    struct Context: InitializableFromSource {
        let channel: any Channel

        /// Keeps the connection's channel.
        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }

        /// A request of a connection that the framework has not accepted.
        init(of channel: any Channel) {
            self.channel = channel
        }
    }

    /// Which of the routes a listener has.
    enum Face: Sendable {
        /// Everything.
        case all

        /// Everything but what is operational, which another address has.
        case clients

        /// What is operational only.
        case operations
    }

    let routes: any Routes
    let shared: Shared
    let date = DateField()
    private let face: Face
    private let counts: RequestMetrics?
    private let logger: Logger
    private let warnings = WarningLimit()

    /// Of answers that say that too much is asked for: they must not hide the others.
    private let refusals = WarningLimit()

    /// Creates a responder; without `counts` it neither counts nor logs.
    init(
        _ routes: any Routes, _ face: Face, _ shared: Shared, counts: RequestMetrics?,
        logger: Logger
    ) {
        self.routes = routes
        self.face = face
        self.shared = shared
        self.counts = counts
        self.logger = logger
    }

    /// Answers a request that the framework brings.
    func respond(to request: Request, context: Context) async -> Response {
        // A client's next request may have come: others first.
        await Task.yield()
        let peer = shared.clients.peer(of: context.channel)
        return await call(request.head, from: peer).respond(request.body)
    }

    /// Begins to answer a request.
    func call(_ head: HTTPRequest, from peer: Peer) -> Call {
        Call(Exchange(head, from: peer, shared), self)
    }

    /// Finds what a request's path names at this listener.
    func route(of exchange: Exchange) -> Route? {
        guard let route = routes.route(to: exchange.path, for: exchange.accepted),
            face == .all || route.isOperational == (face == .operations)
        else { return nil }
        return route
    }

    /// Counts an answer, and logs it: failures of ours are warnings, a few in a second, all else is
    /// for those who look closely.
    func note(_ exchange: Exchange, _ route: Route?, _ status: HTTPResponse.Status) {
        guard let counts else { return }
        let time = ContinuousClock.now - exchange.start
        counts.count(route?.pattern ?? "none", exchange.method, status, time)
        let level: Logger.Level = status.code >= 500 ? .warning : .debug
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "client": "\(exchange.address.map { "\($0)" } ?? "local")",
            "method": "\(exchange.method.rawValue)",
            "path": "\(exchange.path)", "status": "\(status.code)",
            "milliseconds": "\(time.milliseconds)",
        ]
        if level == .warning {
            let limit = status == .serviceUnavailable ? refusals : warnings
            guard let leftOut = limit.take() else { return }
            if leftOut > 0 { metadata["leftOut"] = "\(leftOut)" }
        }
        logger.log(level: level, "request", metadata: metadata)
    }
}

extension Duration {
    /// The duration in thousandths of a second, with three decimals.
    fileprivate var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds / 1_000_000_000_000)
            / 1000
    }
}
