import CoreMetrics
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
struct TestServer: Sendable {
    /// swift-metrics takes one factory for the life of a process.
    static let metrics: MetricsRegistry = {
        let registry = MetricsRegistry.forLedger()
        MetricsSystem.bootstrap(registry)
        return registry
    }()

    let fixture: LedgerFixture
    let port: Int
    let operationsPort: Int?
    let log: CapturedLog
    private let group: ServiceGroup

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
        let (ready, continuation) = AsyncStream.makeStream(of: HTTPService.Addresses.self)
        let server = LedgerServer(
            ledger: fixture.ledger, options: options, metrics: metrics, logger: log.logger
        ) { continuation.yield($0) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: fixture.ledger),
                    .init(service: similar),
                    .init(service: pages),
                    .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                ], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
        async let running: Void = group.run()
        var addresses = ready.makeAsyncIterator()
        guard let address = await addresses.next() else {
            throw FixtureError.unexpected("the server did not start")
        }
        let started = TestServer(
            fixture: fixture, port: address.listen.port,
            operationsPort: address.operations?.port, log: log, group: group)
        do {
            try await body(started)
        } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    /// Asks the server to stop; it still answers what it has accepted.
    func stop() async {
        await group.triggerGracefulShutdown()
    }

    /// Sends one request on a connection of its own and returns its answer.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil,
        port: Int? = nil, tls: [String]? = nil, from address: String? = nil
    ) async throws -> HTTPAnswer {
        try await Connection.open(
            port: port ?? self.port, tls: tls, from: address
        ) { connection in
            try await connection.send(method, path, headers: headers, body: body)
            return try await connection.answer(isHead: method == "HEAD")
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
