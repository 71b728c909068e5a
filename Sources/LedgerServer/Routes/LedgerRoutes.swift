import Checkpoints
import CoreMetrics
import Encoding
import Foundation
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import Similarity

/// What each path of the ledger is answered with (http.md §1).
final class LedgerRoutes: Routes {
    let ledger: Ledger
    let limits: LedgerLimits
    let metrics: MetricsRegistry
    let rates: RateLimits
    let intervals: EvidenceIntervals

    let bundles = BundleCache(byteLimit: BundleCache.bundleBytes)
    let tiles = BundleCache(byteLimit: BundleCache.tileBytes)

    let kits = KitCache()

    /// The statements that event loops have brought and nobody has looked at.
    let arrivals: Arrivals

    /// Makes the answers that read many rows.
    let reads: ReaderQueue

    /// The search by likeness; nil where there is none.
    let similar: SimilarEntries?

    /// What there is for people; nil where there is nothing.
    private let site: (any Routes)?

    /// The path of the table of what a perceptual hash survives; nil where nobody serves it.
    let likenessTable: String?

    /// What somebody should look at beside what the ledger says itself, a line each.
    private let moreWarnings: @Sendable () -> [String]

    /// What tells this log's tiles from those of another that has had its address.
    let instance: String

    /// The origin's path, with its last slash.
    private let origin: String

    init(
        ledger: Ledger, limits: LedgerLimits, metrics: MetricsRegistry, rates: RateLimits,
        intervals: EvidenceIntervals, similar: SimilarEntries?, site: (any Routes)?,
        moreWarnings: @escaping @Sendable () -> [String]
    ) {
        self.ledger = ledger
        self.limits = limits
        self.metrics = metrics
        self.rates = rates
        self.moreWarnings = moreWarnings
        self.intervals = intervals
        self.similar = similar
        self.site = site
        arrivals = Arrivals(limits) { ledger.register($0) }
        reads = ReaderQueue("reads", .files) { ledger.isRegistering }
        instance = Base64.encodeURL(Array(ledger.genesis.hash.bytes.prefix(6)))
        origin = ledger.origin.path + "/"
        let table = LikenessWords.path.string
        likenessTable = site?.route(to: table).map { _ in ledger.origin.path + table }
    }

    private static let wellKnown = "/.well-known/"

    /// Finds the route of a path: below the origin's path, else at the root.
    func route(to path: String) -> Route? {
        resource(at: path).map { route(of: $0) }
    }

    /// Finds the route of a path for a client: a page where there is one, and the client wants it
    /// more than what a program gets there.
    func route(to path: String, for accepted: Accepted) -> Route? {
        let resource = resource(at: path)
        // Where programs send to there is no page.
        if resource == .entries { return route(of: .entries) }
        guard let page = page(at: path) else { return resource.map { route(of: $0) } }
        guard let resource else { return page }
        let wantsPage =
            resource == .front
            ? accepted.prefers(MediaType.html, to: MediaType.plain)
            : accepted.prefers(MediaType.html, to: MediaType.cose, MediaType.receipt)
        if wantsPage { return page }
        return route(of: resource).changing { $0.headers[.vary] = "Accept" }
    }

    private func page(at path: String) -> Route? {
        guard let site else { return nil }
        if path + "/" == origin { return site.route(to: "/") }
        if origin.utf8.count > 1, path.hasPrefix(origin),
            let page = site.route(to: "/" + path.dropFirst(origin.count))
        {
            return page
        }
        return site.route(to: path)
    }

    /// A person who asked for a page is told why there is none on a page.
    func reply(to problem: Problem, _ exchange: Exchange) -> Reply {
        site?.reply(to: problem, exchange) ?? problem.reply(to: exchange.accepted)
    }

    private func resource(at path: String) -> LedgerResource? {
        if path.hasPrefix(Self.wellKnown) {
            LedgerResource(wellKnown: path.dropFirst(Self.wellKnown.count))
        } else if path + "/" == origin {
            .front
        } else if path.hasPrefix(origin) {
            LedgerResource(path.dropFirst(origin.count)) ?? LedgerResource(path.dropFirst())
        } else if path.hasPrefix("/") {
            LedgerResource(path.dropFirst())
        } else {
            nil
        }
    }

    private func route(of resource: LedgerResource) -> Route {
        let pattern = resource.pattern
        switch resource {
        case .entries: return .post(pattern, statementIntake)
        case .similar: return .post(pattern, similarIntake)
        case .batch:
            return .stream(pattern) { [self] exchange, body throws(Problem) in
                try batch(exchange, body)
            }
        case .tile(TilePath.entries), .manifests, .evidence, .control, .trustKit:
            return .queued(
                pattern, by: reads, usualBytes: limits.usualBundleBytes, reading(resource))
        case .subject, .threads, .anchors, .complete:
            return .queued(pattern, by: reads, reading(resource))
        case .metrics: return .long(pattern, reading(resource))
        case .health, .readiness:
            return .get(pattern, isOperational: true, reading(resource))
        case .front, .entry, .statement, .transparent, .tlogProof, .manifest, .indexHead,
            .consistency, .checkpoint, .latestHead, .head, .headBefore, .tile(TilePath.tile),
            .scittKeys, .scittKey:
            return .get(pattern, reading(resource))
        }
    }

    private func reading(_ resource: LedgerResource) -> Route.Read {
        { [self] exchange throws(Problem) in try read(resource, exchange) }
    }

    /// Answers a request that only reads.
    private func read(_ resource: LedgerResource, _ exchange: Exchange) throws(Problem) -> Reply {
        switch resource {
        case .entries, .batch, .similar: throw .notFound("no such resource")
        case .front: front(exchange)
        case .trustKit: try trustKit(exchange)
        case .entry(let id): try receipt(of: id, exchange)
        case .statement(let id): try statement(of: id, exchange)
        case .transparent(let id): try transparent(of: id, exchange)
        case .tlogProof(let id): try tlogProof(of: id, exchange)
        case .manifest(let id): try manifest(of: id, exchange)
        case .manifests(let index, let width): try manifests(index, width, exchange)
        case .subject(let digest): try subject(digest, exchange)
        case .threads: try threads(exchange)
        case .anchors: try anchors(exchange)
        case .evidence(let index): try evidence(index, exchange)
        case .control: try control(exchange)
        case .indexHead: try indexHead(exchange)
        case .complete: try complete(exchange)
        case .consistency: try consistency(exchange)
        case .checkpoint: try note(of: ledger.servedHead(), exchange)
        case .latestHead: try note(of: ledger.newestHead(), exchange)
        case .head(let size): try head(size, exchange)
        case .headBefore(let time): try head(before: time, exchange)
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
        (ledger.warnings + moreWarnings()).map { "warning: \(SafeText.line($0))\n" }.joined()
    }

    private func metricsText() -> Reply {
        let head = ledger.head()
        show("colophon_checkpoint_age_seconds", Date.now.timeIntervalSince1970 - Double(head.time))
        show("colophon_tree_size", Double(head.size))
        show("colophon_served_size", Double(ledger.servedHead()?.size ?? 0))
        show("colophon_unserved_seconds", Double(ledger.unservedSeconds))
        show("colophon_ready", ledger.readiness == nil ? 1 : 0)
        show("colophon_head_ahead_seconds", Double(ledger.headAheadSeconds))
        if let status = similar?.status {
            show("colophon_similar_entries", Double(status.covered))
            show("colophon_similar_pictures", Double(status.pictures))
            show("colophon_similar_loading", status.isLoading ? 1 : 0)
        }
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
