import Checkpoints
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import Logging
import NIOCore

/// Answers every request: finds the route, counts, logs, and turns each failure into a problem.
struct LedgerResponder: HTTPResponder {
    /// What Hummingbird hands over with a request.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

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
    let proxies: TrustedProxies
    let logger: Logger

    func respond(to request: Request, context: Context) async -> Response {
        let start = ContinuousClock.now
        let exchange = Exchange(request, context.channel)
        let route = find(request.uri.path)
        var response: Response
        do throws(Problem) {
            response = try await answer(route, exchange)
        } catch {
            response = error.response(to: exchange.accepted)
        }
        if request.method == .head {
            response = response.createHeadResponse()
        }
        let time = ContinuousClock.now - start
        counts.count(route, request.method, response.status, time)
        log(exchange, response, time)
        return response
    }

    private func answer(_ route: Route?, _ exchange: Exchange) async throws(Problem) -> Response {
        guard let route else {
            throw .notFound("no such resource")
        }
        guard route.allows(exchange.request.method) else {
            throw Problem(
                status: .methodNotAllowed, title: "Method Not Allowed",
                detail: "\(route.pattern) has \(route.allow)", allow: route.allow)
        }
        return try await routes.answer(route, exchange)
    }

    /// Finds the route of a path: below the origin's path, else at the root.
    private func find(_ path: String) -> Route? {
        let origin = routes.ledger.origin.path
        var route: Route?
        if path.hasPrefix(Self.wellKnown) {
            route = Route(wellKnown: path.dropFirst(Self.wellKnown.count))
        } else if !origin.isEmpty, path.hasPrefix(origin + "/") {
            route = Route(path.dropFirst(origin.count + 1)) ?? Route(path.dropFirst())
        } else if path.hasPrefix("/") {
            route = Route(path.dropFirst())
        }
        guard let route, face == .all || route.isOperational == (face == .operations) else {
            return nil
        }
        return route
    }

    private static let wellKnown = "/.well-known/"

    /// One line a request: failures of ours are errors, all else is for those who look closely.
    private func log(_ exchange: Exchange, _ response: Response, _ time: Duration) {
        let level: Logger.Level = response.status.code >= 500 ? .warning : .debug
        guard logger.logLevel <= level else { return }
        logger.log(
            level: level, "request",
            metadata: [
                "client": "\(proxies.client(of: exchange))",
                "method": "\(exchange.request.method.rawValue)",
                "path": "\(exchange.request.uri.path)", "status": "\(response.status.code)",
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
