import HTTPService
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import TestHTTP
import TestSupport

/// A service of one route, which holds a text: whatever holds for it needs no ledger.
final class Guestbook: Routes {
    private let entry = Mutex("hello\n")
    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let arrivals = AsyncStream.makeStream(of: Void.self)

    func route(to path: String) -> Route? {
        switch path {
        case "/book":
            .get("/book") { [self] exchange in
                Answer.tagged(
                    Array(entry.withLock { $0 }.utf8), MediaType.text,
                    cache: CacheRule.revalidate, for: exchange.headers)
            }
        case "/sign": .post("/sign", intake)
        case "/slow": .post("/slow", slowIntake)
        case "/large":
            .long("/large") { _ in
                Answer.bytes(
                    Array(repeating: 0x61, count: 1 << 20), MediaType.bytes, cache: CacheRule.never)
            }
        case "/health":
            .get("/health", isOperational: true) { _ in
                Answer.text("ok\n", cache: CacheRule.never)
            }
        default: nil
        }
    }

    private static func checkType(of exchange: Exchange) throws(Problem) {
        guard exchange.headers[.contentType].map(MediaType.essence) == "text/plain" else {
            throw .unsupported("content-type: must be text/plain")
        }
    }

    /// Takes a text, which is answered at once.
    private var intake: Intake {
        Intake(upTo: 1024, check: Self.checkType) { [self] body, _, _ in
            let text = String(decoding: body, as: UTF8.self)
            entry.withLock { $0 = text }
            return Answer.text(text, cache: CacheRule.never)
        }
    }

    /// Takes anything, which is answered when a test says so.
    private var slowIntake: Intake {
        Intake(upTo: 1 << 20, check: { _ in }) { [self] body, _, later in
            waiting.withLock { waiting in
                waiting.append {
                    later { Answer.text("\(body.count)\n", cache: CacheRule.never) }
                }
            }
            arrivals.continuation.yield()
            return nil
        }
    }

    /// Waits until so many requests wait for their answers.
    func awaitArrivals(_ count: Int) async {
        var count = count
        for await _ in arrivals.stream {
            count -= 1
            if count == 0 { return }
        }
    }

    /// The number of requests that wait for their answers.
    var count: Int { waiting.withLock { $0.count } }

    /// Answers everything that waits.
    func answerAll() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for answer in all { answer() }
    }
}

/// The service while one test runs it.
struct TinyService: ServedOnLoopback {
    let book: Guestbook
    let metrics: MetricsRegistry
    let log: Lines
    let services: RunningServices

    var addresses: HTTPService.Addresses { services.addresses }

    /// Runs `body` with a new service, which is gone afterwards.
    static func run(
        configure: (inout ServiceOptions) -> Void = { _ in },
        _ body: (TinyService) async throws -> Void
    ) async throws {
        var options = ServiceOptions(listen: ListenAddress(host: "127.0.0.1", port: 0))
        options.limits.endNothingByTime()
        configure(&options)
        let (book, metrics, log) = (Guestbook(), MetricsRegistry(), Lines())
        var logger = Logger(label: "test") { label in
            LineLogHandler(label: label, format: .text) { line in
                log.append(line)
            }
        }
        logger.logLevel = .debug
        try await RunningServices.run { whenReady in
            let service = HTTPService(
                book, options, metrics: metrics, logger: logger, whenReady: whenReady)
            return [.init(service: service)]
        } _: { services in
            do {
                try await body(
                    TinyService(book: book, metrics: metrics, log: log, services: services))
            } catch {
                book.answerAll()
                throw error
            }
        }
    }
}

/// Log lines, kept for a test to look at.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    private let arrivals = AsyncStream.makeStream(of: String.self)

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) {
        lines.withLock { $0.append(line) }
        arrivals.continuation.yield(line)
    }

    /// Waits until a line has these words, and returns it.
    func line(with words: String) async throws -> String {
        for await line in arrivals.stream where line.contains(words) { return line }
        throw FixtureError.unexpected("no line has \"\(words)\": \(all)")
    }
}
