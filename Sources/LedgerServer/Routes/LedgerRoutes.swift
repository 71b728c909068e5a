import HTTPService
import CoreMetrics
import Encoding
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import LedgerStore
import Merkle
import NIOCore
import Provenance

/// What each route does: the table of http.md §1.
struct LedgerRoutes: Sendable {
    let ledger: Ledger
    let limits: ServerLimits
    let metrics: MetricsRegistry
    let clients: Clients
    let rates: RateLimits

    /// What bodies and large answers take of memory together.
    let memory: Pool
    let bundles = BundleCache(byteLimit: BundleCache.bundleBytes)
    let tiles = BundleCache(byteLimit: BundleCache.tileBytes)

    /// What tells this log's tiles from those of another that has had its address.
    let instance: String

    init(
        ledger: Ledger, limits: ServerLimits, metrics: MetricsRegistry, clients: Clients,
        rates: RateLimits
    ) {
        self.ledger = ledger
        self.limits = limits
        self.metrics = metrics
        self.clients = clients
        self.rates = rates
        memory = Pool(limit: limits.bodyMemory)
        instance = Base64.encodeURL(Array(ledger.genesis.hash.bytes.prefix(6)))
    }

    /// Answers a request whose method the route has, as the framework brings it.
    func answer(
        _ route: Route, _ exchange: Exchange, _ request: Request
    ) async throws(Problem) -> Response {
        switch route {
        case .entries: try await register(exchange, request.body).response()
        case .batch: try batch(exchange, request.body)
        case _ where route.computesForLong:
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                () async throws(Problem) in
                // Taken before anything is read: who finds no room costs nothing.
                let room = try room(limits.usualBytes(of: route), exchange)
                return response(try read(route, exchange), exchange, room)
            }
        default: response(try read(route, exchange), exchange)
        }
    }

    private func response(
        _ reply: Reply, _ exchange: Exchange, _ room: Room? = nil
    ) -> Response {
        let (counted, room) = counted(reply, exchange, room)
        return counted.response(pieceBytes: limits.pieceBytes, room: room)
    }

    /// Returns an answer with the room that it takes, or the answer that there is none.
    ///
    /// Whatever is larger than a page is counted, and written as its client takes it.
    /// `room` is what was taken for a usual one.
    func counted(
        _ reply: Reply, _ exchange: Exchange, _ room: Room? = nil
    ) -> (Reply, Room?) {
        guard exchange.method != .head else { return (reply, nil) }
        var count = reply.body.readableBytes
        if reply.rest != nil { count += limits.streamBytes }
        guard count > limits.pageBytes else { return (reply, nil) }
        do throws(Problem) {
            let room = if let room { room } else { try self.room(count, exchange) }
            guard room?.resize(to: count) != false else { throw .noRoom }
            return (reply, room)
        } catch {
            return (error.reply(to: exchange.accepted), nil)
        }
    }

    /// Takes room for an answer; nil where none is needed.
    private func room(_ count: Int, _ exchange: Exchange) throws(Problem) -> Room? {
        guard count > 0, exchange.method != .head else { return nil }
        let client = clients.client(behind: exchange.peer, exchange.headers)
        guard let room = Room(count, in: memory, of: client, for: .answer) else { throw .noRoom }
        return room
    }

    /// Answers a request that only reads.
    func read(_ route: Route, _ exchange: Exchange) throws(Problem) -> Reply {
        switch route {
        case .entries, .batch: throw .notFound("no such resource")
        case .entry(let id): try receipt(of: id, exchange)
        case .statement(let id): try statement(of: id, exchange)
        case .transparent(let id): try transparent(of: id, exchange)
        case .tlogProof(let id): try tlogProof(of: id, exchange)
        case .manifest(let id): try manifest(of: id, exchange)
        case .manifests(let index, let width): try manifests(index, width, exchange)
        case .subject(let digest): try subject(digest, exchange)
        case .threads: try threads(exchange)
        case .control: try control(exchange)
        case .consistency: try consistency(exchange)
        case .checkpoint, .latestHead:
            Answer.tagged(
                ledger.head().note, MediaType.text, cache: CacheRule.head, for: exchange.headers)
        case .head(let size): try head(size, exchange)
        case .tile(let path): try tile(path, exchange)
        case .scittKeys: scittKeys(exchange)
        case .scittKey(let kid): try scittKey(kid, exchange)
        case .health: Answer.text("ok\n" + warnings, cache: CacheRule.never)
        case .readiness: try readiness()
        case .metrics: metricsText()
        }
    }

    // MARK: - Running it

    private func readiness() throws(Problem) -> Reply {
        if let reason = ledger.readiness {
            throw .storage(reason, ledger.remedy ?? .wait)
        }
        return Answer.text("ready\n" + warnings, cache: CacheRule.never)
    }

    /// What somebody should look at although requests are answered, a line each.
    private var warnings: String {
        ledger.warnings.map { "warning: \(SafeText.line($0))\n" }.joined()
    }

    private func metricsText() -> Reply {
        let head = ledger.head()
        show("colophon_checkpoint_age_seconds", Date.now.timeIntervalSince1970 - Double(head.time))
        show("colophon_tree_size", Double(head.size))
        show("colophon_ready", ledger.readiness == nil ? 1 : 0)
        show("colophon_head_ahead_seconds", Double(ledger.headAheadSeconds))
        return Answer.text(metrics.text(), MediaType.metrics, cache: CacheRule.never)
    }

    /// Sets a gauge of what is true at the moment of a scrape.
    private func show(_ name: String, _ value: Double) {
        metrics.makeRecorder(label: name, dimensions: [], aggregate: false).record(value)
    }
}

extension LedgerRoutes {
    /// Returns what a read of the store gives; a failure is never mistaken for an absence.
    func stored<Value>(_ read: () throws -> Value) throws(Problem) -> Value {
        do {
            return try read()
        } catch {
            throw Problem(reading: error)
        }
    }
}
