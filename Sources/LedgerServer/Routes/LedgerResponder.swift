import HTTPService
import Checkpoints
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import Logging
import NIOCore

/// Answers every request: finds the route, counts, logs, and turns each failure into a problem.
struct LedgerResponder: HTTPResponder {
    typealias Context = ChannelContext

    /// Which of the routes a listener has.
    enum Face: Sendable {
        /// Everything.
        case all

        /// Everything but health and metrics, which another address has.
        case clients

        /// Health and metrics only.
        case operations
    }

    let routes: LedgerRoutes
    let face: Face
    let counts: RequestMetrics
    let logger: Logger
    private let date = DateField()

    /// The origin's path, with its last slash.
    private let origin: String

    init(
        routes: LedgerRoutes, face: Face, counts: RequestMetrics, logger: Logger
    ) {
        self.routes = routes
        self.face = face
        self.counts = counts
        self.logger = logger
        origin = routes.ledger.origin.path + "/"
    }

    // MARK: - Requests that the framework brings

    func respond(to request: Request, context: Context) async -> Response {
        // A client's next request may have come: others first.
        await Task.yield()
        let exchange = Exchange(request.head, from: routes.clients.peer(of: context.channel))
        let route = find(exchange.uri.path)
        var response: Response
        do throws(Problem) {
            response = try await answer(route, exchange, request)
        } catch {
            response = error.reply(to: exchange.accepted).response()
        }
        if exchange.method == .head {
            let headers = response.headers
            response = response.createHeadResponse()
            response.headers = headers
        }
        note(exchange, route, response.status)
        return response
    }

    private func answer(
        _ route: Route?, _ exchange: Exchange, _ request: Request
    ) async throws(Problem) -> Response {
        guard let route else {
            throw .notFound("no such resource")
        }
        guard route.allows(exchange.method) else {
            throw Problem(
                status: .methodNotAllowed, title: "Method Not Allowed",
                detail: "\(route.pattern) has \(route.allow)", allow: route.allow)
        }
        return try await routes.answer(route, exchange, request)
    }

    // MARK: - Requests that are answered on their event loop

    /// Returns the route of a request whose body can be read and whose answer can be made on the
    /// event loop; nil where it is the framework's, or may have to be refused before its body.
    func directRoute(of exchange: Exchange) -> Route? {
        guard !exchange.headers.contains(.expect), let route = find(exchange.uri.path),
            route.allows(exchange.method),
            route != .batch, !route.computesForLong
        else { return nil }
        if route != .entries {
            // A body that nobody reads is not read to its end.
            let hasBody =
                exchange.headers.contains(.transferEncoding) || exchange.contentLength ?? 0 > 0
            return hasBody ? nil : route
        } else {
            do throws(Problem) {
                try routes.checkStatement(exchange)
            } catch {
                return nil
            }
        }
        return route
    }

    /// Answers a request that only reads.
    func read(_ route: Route, _ exchange: Exchange) -> Reply {
        do throws(Problem) {
            return try routes.read(route, exchange)
        } catch {
            return error.reply(to: exchange.accepted)
        }
    }

    /// Counts and logs an answer, and returns it as it is written.
    func finish(_ reply: Reply, _ exchange: Exchange, _ route: Route) -> Reply {
        note(exchange, route, reply.status)
        var reply = exchange.method == .head ? reply.withoutBody : reply
        reply.headers[.date] = date.now
        return reply
    }

    // MARK: - Both

    /// Finds the route of a path: below the origin's path, else at the root.
    private func find(_ path: String) -> Route? {
        var route: Route?
        if path.hasPrefix(Self.wellKnown) {
            route = Route(wellKnown: path.dropFirst(Self.wellKnown.count))
        } else if path.hasPrefix(origin) {
            route = Route(path.dropFirst(origin.count)) ?? Route(path.dropFirst())
        } else if path.hasPrefix("/") {
            route = Route(path.dropFirst())
        }
        guard let route, face == .all || route.isOperational == (face == .operations) else {
            return nil
        }
        return route
    }

    private func client(of exchange: Exchange) -> String {
        let address = routes.clients.address(behind: exchange.peer, exchange.headers)
        return address.map { "\($0)" } ?? "local"
    }

    private static let wellKnown = "/.well-known/"

    /// Counts an answer, and logs it: failures of ours are errors, all else is for those who look
    /// closely.
    private func note(_ exchange: Exchange, _ route: Route?, _ status: HTTPResponse.Status) {
        let time = ContinuousClock.now - exchange.start
        counts.count(route?.pattern ?? "none", exchange.method, status, time)
        let level: Logger.Level = status.code >= 500 ? .warning : .debug
        guard logger.logLevel <= level else { return }
        logger.log(
            level: level, "request",
            metadata: [
                "client": "\(client(of: exchange))",
                "method": "\(exchange.method.rawValue)",
                "path": "\(exchange.uri.path)", "status": "\(status.code)",
                "milliseconds": "\(time.milliseconds)",
            ])
    }
}

extension Duration {
    /// The duration in thousandths of a second, with three decimals.
    fileprivate var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds / 1_000_000_000_000)
            / 1000
    }
}
