import Checkpoints
import CoreMetrics
import Files
import Foundation
import HTTPService
import Logging
import ServiceLifecycle
import Settings
import UnixSignals
import WitnessServer
import Witnessing

/// One run of `colophon witness`, from the folder that is opened to the last answer.
struct WitnessRun {
    /// Files that a witness needs beside its connections: its own, the streams, the sockets, and
    /// those of an event loop, of which there is one a core.
    private static var reserve: Int { 64 + 4 * ProcessInfo.processInfo.processorCount }

    let cosigner: Cosigner
    let logs: String
    let data: String
    let limits: WitnessLimits
    let service: ServiceOptions
    let logger: Logger

    /// Serves until SIGTERM or SIGINT.
    func run() async throws(Failure) {
        let metrics = MetricsRegistry.forWitness()
        MetricsSystem.bootstrap(metrics)
        let known = try Self.read(logs)
        let witness = try open(for: known)
        logger.notice("witness \(witness.verifierKey)")
        logger.notice("cosigning for \(known.count) logs")
        if known.count == 0 { logger.warning("\(logs) names no log") }
        var options = service
        options.limits.connections = try connections(options.limits.connections)
        let routes = WitnessRoutes(witness, limits, metrics: metrics)
        let (scheme, bastion) = (
            options.certificate == nil ? "http" : "https", options.bastion?.address
        )
        let server = WitnessServer(routes, options, metrics: metrics, logger: logger) { addresses in
            if let operations = addresses.operations {
                logger.notice("metrics and health on http://\(operations)")
            }
            if let bastion { logger.notice("reached through the bastion at \(bastion)") }
            logger.notice("listening on \(scheme)://\(addresses.listen)")
        }
        try await serve([
            .init(service: witness),
            .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
            .init(service: WitnessReload(started: self, witness: witness)),
        ])
        logger.notice("stopped")
    }

    private func serve(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration]
    ) async throws(Failure) {
        // The lifecycle's own words are for those who debug it.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        // Services stop in reverse order: the server answers what it accepted, then the witness
        // ends.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as ServerError {
            throw Failure(
                .tryAgain, nil, "\(error)",
                hint: "choose another address with --listen, or stop the process there")
        } catch {
            throw Failure(.tryAgain, nil, "the witness failed: \(error)")
        }
    }

    /// Reads the file of logs; the error names it.
    static func read(_ path: String) throws(Failure) -> KnownLogs {
        let bytes = try NamedFile.bytes(of: path, limit: KnownLogs.maximumByteCount)
        do throws(KnownLogsError) {
            return try KnownLogs(parsing: bytes)
        } catch {
            throw .unreadable(path, "\(error)", hint: "a line is: log NAME+ID+KEY [URL]")
        }
    }

    private func open(for known: KnownLogs) throws(Failure) -> Witness {
        let (folder, proofs): (Folder, MisbehaviourFolder)
        do throws(FileError) {
            folder = try Folder(making: data, .secret)
            try Ownership.requireOwn(folder: data)
            proofs = try MisbehaviourFolder(in: folder)
        } catch {
            throw Failure(writing: error)
        }
        let options = WitnessOptions(folder: folder) {
            UInt64(max(0, Date.now.timeIntervalSince1970))
        }
        let watch = WitnessWatch(logger: logger, keepingProofsIn: proofs)
        do throws(WitnessStateError) {
            return try Witness(cosigner, for: known, options) { watch.take($0) }
        } catch {
            throw Failure(error)
        }
    }

    /// Returns how many connections there can be, given the files that the process may open.
    private func connections(_ asked: Int) throws(Failure) -> Int {
        let possible = OpenFiles.raise() - Self.reserve
        guard possible > 0 else {
            throw Failure(
                .tryAgain, nil, "only \(possible + Self.reserve) files may be open",
                hint: "raise the limit: ulimit -n 1024, or LimitNOFILE= of a service")
        }
        guard possible < asked else { return asked }
        logger.warning("at most \(possible) connections: raise the limit on open files (ulimit -n)")
        return possible
    }
}

/// Reads the logs, and the certificate, again on SIGHUP, until the witness is told to stop.
struct WitnessReload: Service {
    let started: WitnessRun
    let witness: Witness

    func run() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            reload()
        }
    }

    private func reload() {
        let logger = started.logger
        do throws(Failure) {
            let known = try WitnessRun.read(started.logs)
            witness.replace(known)
            logger.notice("SIGHUP: cosigning for \(known.count) logs")
        } catch {
            let place = error.subject.map { "\($0): " } ?? ""
            logger.error("SIGHUP: the logs stay as they were: \(place)\(error.reason)")
        }
        guard let certificate = started.service.certificate else { return }
        do throws(TLSError) {
            try certificate.reload()
            logger.notice("SIGHUP: new connections get the certificate that was read now")
        } catch {
            logger.error("SIGHUP: the certificate stays as it was: \(error)")
        }
    }
}

extension Failure {
    /// Why a witness's folder cannot be used.
    init(_ error: WitnessStateError) {
        switch error {
        case .file(let error):
            self.init(writing: error)
            if error.reason == .inUse {
                reason = error.words
                hint = "stop the other witness: two with one memory are none"
            }
        case .damaged:
            self = .usage(
                "\(error)",
                hint: "never begin anew with this key: put back what it held, or make a new key")
        case .otherWitness:
            self = .usage(
                "\(error)",
                hint: "a folder belongs to one name and key: give it both, or another folder")
        case .notEmpty:
            self = .usage(
                "\(error)",
                hint: "name an empty folder; a key that has cosigned needs its own journal")
        case .lost: self = .usage("\(error)")
        }
    }

    /// Why a setting cannot be used.
    init(_ error: SettingsError) {
        self.init(.usage, error.place, error.reason, hint: error.hint)
    }
}
