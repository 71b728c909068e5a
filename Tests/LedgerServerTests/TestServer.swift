import CoreMetrics
import Encoding
import Explorer
import Foundation
import HTTPService
import Ledger
import LedgerControl
import LedgerServer
import LedgerStore
import Logging
import ServiceLifecycle
import Synchronization
import TestHTTP
import TestLedger
import TestSupport

/// A server that runs for one test, on a free port.
struct TestServer: ServedOnLoopback {
    /// swift-metrics takes one factory for the life of a process.
    static let metrics: MetricsRegistry = {
        let registry = MetricsRegistry.forLedger()
        MetricsSystem.bootstrap(registry)
        return registry
    }()

    let fixture: LedgerFixture
    let log: CapturedLog
    let services: RunningServices

    var operationsPort: Int? { services.addresses.operations?.port }

    /// The path of the control socket.
    var data: String { fixture.options.data }
    var control: String { ControlSocket.path(data: fixture.options.data) }

    /// Runs `body` with a new ledger and its server; both are gone afterwards.
    static func run(
        site: Bool = false, configure: (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await run(ledger: { _ in }, site: site, configure: configure, body)
    }

    /// The same with a ledger that is set up otherwise.
    static func run(
        ledger: (inout LedgerOptions) -> Void, site: Bool = false,
        configure: (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        _ = metrics
        let fixture = try LedgerFixture(clock: .system, configure: ledger)
        try await fixture.addPoP()
        try await fixture.awaitLists()
        try await run(fixture, site: site, configure: configure, body)
        // The services have ended: nothing uses the ledger any more.
        withExtendedLifetime(fixture) {}
    }

    private static func run(
        _ fixture: LedgerFixture, site: Bool, configure: (inout ServerOptions) -> Void,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var options = ServerOptions(listen: ListenAddress(host: "127.0.0.1", port: 0))
        options.control = ControlSocket.path(data: fixture.options.data)
        options.service.limits.endNothingByTime()
        let pages = Explorer(fixture.ledger, hasSite: site, figures: FigureRing())
        if site { options.site = pages }
        let log = CapturedLog()
        let similar = SimilarEntries(
            fixture.ledger, path: fixture.options.places.similar, logger: log.logger)
        options.similar = similar
        configure(&options)
        try await RunningServices.run { whenReady in
            let server = LedgerServer(
                ledger: fixture.ledger, options: options, metrics: metrics, logger: log.logger,
                whenReady: whenReady)
            return [
                .init(service: fixture.ledger),
                .init(service: similar),
                .init(service: pages),
                .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
            ]
        } _: { services in
            try await body(TestServer(fixture: fixture, log: log, services: services))
        }
    }

    /// Registers the capture of an artifact and returns the entry's path.
    func location(of artifact: String) async throws -> String {
        let answer = try await post(fixture.capture(artifact))
        guard let location = answer["location"] else {
            throw FixtureError.unexpected("status \(answer.status)")
        }
        return location
    }

    /// Registers one statement.
    func post(_ statement: [UInt8]) async throws -> HTTPAnswer {
        try await send(
            "POST", "/entries", headers: ["Content-Type": "application/cose"], body: statement)
    }
}

extension TestServer {
    /// Registers a batch, which must be answered item by item.
    func post(batch items: [[UInt8]]) async throws -> [BatchAnswer] {
        let answer = try await send(
            "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"],
            body: items.flatMap { CBOR.bytes($0).encoded() })
        guard answer.status == 200 else { throw FixtureError.unexpected("\(answer.status)") }
        return try BatchAnswer.all(in: answer.body)
    }
}

/// Log lines, kept for a test to look at.
final class CapturedLog: Sendable {
    private let captured = Mutex<[String]>([])

    var lines: [String] { captured.withLock { $0 } }

    /// A logger that writes text at `debug` to here.
    var logger: Logger {
        var logger = Logger(label: "test") { label in
            LineLogHandler(label: label, format: .text) { line in
                self.captured.withLock { $0.append(line) }
            }
        }
        logger.logLevel = .debug
        return logger
    }
}
