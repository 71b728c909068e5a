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
struct RunningWitness: ServedOnLoopback {
    let witness: Witness
    let folder: TemporaryFolder
    let services: RunningServices

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
        try await RunningServices.run { whenReady in
            let server = WitnessServer(
                routes, options, metrics: metrics, logger: logger, whenReady: whenReady)
            return [.init(service: witness), .init(service: server)]
        } _: { services in
            try await body(RunningWitness(witness: witness, folder: folder, services: services))
        }
    }

    /// Asks for a cosignature.
    func ask(_ body: [UInt8]) async throws -> HTTPAnswer {
        try await send("POST", "/add-checkpoint", body: body)
    }
}
