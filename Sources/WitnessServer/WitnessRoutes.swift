internal import Checkpoints
internal import Encoding
package import HTTPService
internal import HTTPTypes
internal import Merkle
internal import Metrics
package import Witnessing

/// What each path of a witness is answered with (witness.md §3).
package final class WitnessRoutes: Routes {
    private let witness: Witness
    private let metrics: MetricsRegistry
    private let rates: RateTable
    private let counters = WitnessCounters()

    /// Creates the routes of a witness; `clock` counts nanoseconds and never goes back.
    package init(
        _ witness: Witness, _ limits: WitnessLimits, metrics: MetricsRegistry,
        clock: @escaping @Sendable () -> UInt64
    ) {
        self.witness = witness
        self.metrics = metrics
        rates = RateTable(rate: limits.logRate, burst: limits.logBurst, clock: clock)
    }

    /// Finds the route of a path.
    package func route(to path: String) -> Route? {
        switch path {
        case "/add-checkpoint": return .post("/add-checkpoint", intake)
        case "/":
            return .get("/") { [self] _ in Answer.text(front, cache: CacheRule.keys) }
        case "/healthz":
            return .get("/healthz", isOperational: true) { _ in
                Answer.text("ok\n", cache: CacheRule.never)
            }
        case "/readyz":
            return .get("/readyz", isOperational: true) { [self] _ throws(Problem) in
                if let obstacle = witness.obstacle { throw .storage(obstacle.words) }
                return Answer.text("ready\n", cache: CacheRule.never)
            }
        case "/metrics":
            return .long("/metrics") { [self] _ in metricsText() }
        default:
            guard let digest = Self.logDigest(in: path) else { return nil }
            return .get("/{log}/checkpoint") { [self] exchange throws(Problem) in
                try checkpoint(digest, exchange)
            }
        }
    }

    /// Reads `/<hex sha256(origin)>/checkpoint`.
    private static func logDigest(in path: String) -> Hash? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, parts[2] == "checkpoint",
            let bytes = Hex.decode(Text(String(parts[1])))
        else { return nil }
        return Hash(bytes)
    }

    /// What the witness is, for whoever looks.
    private var front: String { "\(witness.verifierKey)\n" }

    // MARK: - POST /add-checkpoint

    private var intake: Intake {
        Intake(upTo: AddCheckpoint.maximumByteCount, check: Self.checkHead) {
            [self] body, _, later in
            let refusal = witness.add(body, mayAsk: { rates.take($0) }) { [self] result in
                // Signed where it is written: many at a time.
                later { [self] in reply(result) }
            }
            return refusal.map { reply(.failure($0)) }
        }
    }

    private static func checkHead(of exchange: Exchange) throws(Problem) {
        guard exchange.headers[.contentEncoding] ?? "identity" == "identity" else {
            throw .unsupported("content-encoding: must be identity")
        }
    }

    private func reply(_ result: Result<WitnessedHead, WitnessRefusal>) -> Reply {
        do throws(WitnessRefusal) {
            let line = try witness.cosignature(of: result.get())
            counters.cosigned.increment()
            return WitnessAnswer.cosigned(line.line)
        } catch {
            counters.count(error)
            return WitnessAnswer.refused(error)
        }
    }

    // MARK: - GET

    private func checkpoint(_ digest: Hash, _ exchange: Exchange) throws(Problem) -> Reply {
        let note: SignedNote?
        do throws(WitnessRefusal) {
            note = try witness.checkpoint(ofOriginWith: digest)
        } catch {
            throw .storage(witness.obstacle?.words ?? "the checkpoint cannot be signed")
        }
        guard let note else {
            // What was cosigned may not have been read yet.
            if let obstacle = witness.obstacle { throw .storage(obstacle.words) }
            throw .notFound("no checkpoint of such a log was cosigned")
        }
        return Answer.tagged(
            note.encoded, MediaType.text, cache: CacheRule.head, for: exchange.headers)
    }

    private func metricsText() -> Reply {
        show("colophon_witness_logs", witness.logCount)
        show("colophon_witness_cosigned_logs", witness.witnessedCount)
        show("colophon_ready", witness.obstacle == nil ? 1 : 0)
        return Answer.text(metrics.text(), MediaType.metrics, cache: CacheRule.never)
    }

    /// Sets a gauge of what is true at the moment of a scrape.
    private func show(_ name: String, _ value: Int) {
        metrics.makeRecorder(label: name, dimensions: [], aggregate: false).record(Double(value))
    }
}
