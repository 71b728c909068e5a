import Checkpoints
import Encoding
import Files
import HTTPService
import Logging
import ServiceLifecycle
import Synchronization
import TestHTTP
import TestSupport
import TestWitness
import WitnessServer
import Witnessing

/// A witness on a free port while one test runs it.
struct RunningWitness: Sendable {
    let witness: Witness
    let folder: TemporaryFolder
    let port: Int

    /// Runs `body` with a new witness, which is gone afterwards.
    ///
    /// Its rates go by a clock that stands still.
    static func run(
        _ logs: String, limits: WitnessLimits = WitnessLimits(),
        _ body: (RunningWitness) async throws -> Void
    ) async throws {
        let (folder, metrics) = (try TemporaryFolder("witness"), MetricsRegistry.forWitness())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let place = try Folder(folder.path)
        let watch = WitnessWatch(
            logger: logger, keepingProofsIn: try MisbehaviourFolder(in: place))
        let witness = try Witness(
            Cosigner(name: "witness.example", key: SigningKey(seed: 77)),
            for: KnownLogs(parsing: Array(logs.utf8)),
            WitnessOptions(folder: place) { 1_800_000_000 }, observe: { watch.take($0) })
        let routes = WitnessRoutes(witness, limits, metrics: metrics) { 1 }
        var options = ServiceOptions(listen: ListenAddress(host: "127.0.0.1", port: 0))
        options.limits.endNothingByTime()
        let (ready, continuation) = AsyncStream.makeStream(of: HTTPService.Addresses.self)
        let server = WitnessServer(routes, options, metrics: metrics, logger: logger) {
            continuation.yield($0)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: witness), .init(service: server)], logger: logger))
        async let running: Void = {
            defer { continuation.finish() }
            try await group.run()
        }()
        var iterator = ready.makeAsyncIterator()
        guard let addresses = await iterator.next() else {
            try await running
            throw FixtureError.unexpected("the witness did not start")
        }
        let failure: (any Error)?
        do {
            try await body(
                RunningWitness(witness: witness, folder: folder, port: addresses.listen.port))
            failure = nil
        } catch {
            failure = error
        }
        await group.triggerGracefulShutdown()
        try await running
        if let failure { throw failure }
    }

    /// Sends one request on a connection of its own and returns its answer.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> HTTPAnswer {
        try await Connection.open(port: port) { connection in
            try await connection.send(method, path, headers: headers, body: body)
            return try await connection.answer(isHead: method == "HEAD")
        }
    }

    /// Asks for a cosignature.
    func ask(_ body: [UInt8]) async throws -> HTTPAnswer {
        try await send("POST", "/add-checkpoint", body: body)
    }
}
