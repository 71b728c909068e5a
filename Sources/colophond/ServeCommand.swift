import Anchoring
import ArgumentParser
import CoreMetrics
import Explorer
import Files
import Foundation
import HTTPService
import Ledger
import LedgerControl
import LedgerServer
import LedgerStore
import Logging
import ServiceLifecycle
import UnixSignals

/// `colophond serve`: serves a ledger until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a ledger over HTTP until it is told to stop.",
        discussion: """
            Example:

              colophond serve --data ledger --listen 127.0.0.1:8080

            With --tls-cert and --tls-key it speaks TLS 1.2 and 1.3 with HTTP/2; SIGHUP
            reads both files again. Without them it speaks HTTP/1.1: put a proxy before it.

            With --witness-policy it has its heads cosigned by the witnesses in that file;
            SIGHUP reads it again. Nothing is signed before they were asked which head they
            remember.

            With --timestamp-authority and --timestamp-ca, in pairs, and with --calendar it
            has heads dated by others: by when they existed, in forms that outlive it.

            With --explorer a browser gets pages where a program gets files. The operator's
            page is /ops, with or without it, beside /metrics; so is /likeness, the table
            of what a perceptual hash survives.

            A ledger that "init" of this version has made makes index heads, which prove
            that a list is complete. --index on begins that for another one, for good.

            Pictures are found by what they look like (colophon find). --similar off has
            no such search.

            Logs to standard error. On SIGTERM or SIGINT it accepts nothing new, answers
            what it has accepted and exits with 0.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Option(help: "The address for clients: HOST:PORT; port 0 takes a free one.")
    var listen: String?

    @Option(help: "Another address for /metrics, /healthz, /readyz, /ops.")
    var opsListen: String?

    @Option(help: "Blocks of proxies whose X-Forwarded-For is believed: CIDR[,CIDR...].")
    var trustedProxy: String?

    @Option(
        help: ArgumentHelp(
            "The certificate chain (PEM); with it clients speak TLS.", valueName: "pem"))
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's private key (PEM), which only its owner can read.",
            valueName: "pem"))
    var tlsKey: String?

    @Option(help: "Statements a second that one issuer may register; 0 for no limit.")
    var issuerRate: String?

    @Option(help: "Statements that an issuer may register at once after a silence.")
    var issuerBurst: String?

    @Option(help: "Refused statements a second from one address; 0 for no limit.")
    var refusalRate: String?

    @Option(help: "Connections at one time.")
    var maxConnections: String?

    @Flag(help: "Show people a site: look up, entries, the log, the verifier.")
    var explorer = false

    @Option(help: "off: no search for pictures that look alike; else on.")
    var similar: String?

    @Option(help: "off: no index heads; on: also for a ledger that was made without.")
    var index: String?

    @Option(help: "How long an entry waits for an index head: 1s to 1h; 60s.")
    var indexInterval: String?

    @Option(help: "Entries per second to check in the background; 0 checks none.")
    var scrubRate: String?

    @Option(
        help: ArgumentHelp(
            "The witnesses, their groups and quorum: a C2SP tlog-policy file.", valueName: "file"))
    var witnessPolicy: String?

    @Flag(help: "Show nobody a head that lacks the quorum of the witnesses.")
    var requireQuorum = false

    @Option(help: "How long a registration waits for the required quorum: 500ms, 2s.")
    var quorumWait: String?

    @Option(help: "The least time between two heads that witnesses are asked for: 1s, 5s.")
    var witnessInterval: String?

    @Option(
        help: "Sign although this witness says, and does not show, that it has seen more.")
    var overruleWitness: [String] = []

    @Option(help: "An RFC 3161 authority that dates heads; each has its --timestamp-ca.")
    var timestampAuthority: [String] = []

    @Option(
        help: ArgumentHelp(
            "The CA file (PEM) of an authority, in the order of the authorities.",
            valueName: "pem"))
    var timestampCa: [String] = []

    @Option(help: "The least time between two heads that authorities date: 10m.")
    var timestampInterval: String?

    @Option(help: "An OpenTimestamps calendar that dates heads.")
    var calendar: [String] = []

    @Option(help: "The least time between two heads that calendars date: 1h.")
    var calendarInterval: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(help: "text or json.")
    var logFormat: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Flag(help: "Show each setting with where it comes from, and stop.")
    var printConfig = false

    func run() async throws {
        let settings = try await ServerSettings(
            flags: [
                "data": data, "keys": keys, "listen": listen, "ops-listen": opsListen,
                "trusted-proxy": trustedProxy, "max-connections": maxConnections,
                "tls-cert": tlsCert, "tls-key": tlsKey, "issuer-rate": issuerRate,
                "issuer-burst": issuerBurst, "refusal-rate": refusalRate,
                "explorer": explorer ? "true" : nil, "similar": similar,
                "index": index, "index-interval": indexInterval,
                "scrub-rate": scrubRate, "log-level": logLevel, "log-format": logFormat,
                "witness-policy": witnessPolicy, "require-quorum": requireQuorum ? "true" : nil,
                "quorum-wait": quorumWait, "witness-interval": witnessInterval,
                "overrule-witness": try Self.list(overruleWitness, "--overrule-witness"),
                "timestamp-authorities": try Self.list(
                    timestampAuthority, "--timestamp-authority"),
                "timestamp-cas": try Self.list(timestampCa, "--timestamp-ca"),
                "timestamp-interval": timestampInterval,
                "calendars": try Self.list(calendar, "--calendar"),
                "calendar-interval": calendarInterval,
            ], file: config)
        if printConfig {
            Output.print(text: settings.lines.joined(separator: "\n"))
            return
        }
        let logger = try logger(settings)
        let metrics = MetricsRegistry.forLedger()
        MetricsSystem.bootstrap(metrics)
        var server = try settings.server
        var options = try settings.ledger
        options.index = try settings.index
        let witnesses = try settings.witnesses
        witnesses?.apply(to: &options)
        let searchesByLikeness = try settings.searchesByLikeness
        let anchors = try settings.anchors
        anchors.apply(to: &options)
        let limit = server.service.limits.connections
        server.service.limits.connections = try connections(limit, logger)
        server.control = ControlSocket.path(data: options.data)
        server.service.certificate = try settings.certificate
        let supervisor = Supervisor(
            variable: { ProcessStart.variable($0) }, logger: logger)
        supervisor?.status("opening \(options.data)")
        MemoryAllocator.tell(logger)
        let ledger: Ledger
        do throws(LedgerError) {
            ledger = try Ledger.open(options, logger: logger)
        } catch {
            throw Failure(error, data: options.data)
        }
        server.similar = try similar(ledger, options.places, searchesByLikeness, logger)
        if let reason = ledger.readiness {
            logger.log(level: ledger.remedy == .wait ? .notice : .error, "not ready: \(reason)")
        }
        let service = try witnesses.map { settings throws(Failure) in
            try WitnessService(
                settings, for: ledger, evidence: options.places.evidence, logger: logger)
        }
        server.evidenceIntervals = anchors.intervals(with: witnesses)
        let dating = try AnchorService(anchors, for: ledger, logger: logger)
        server.warnings = { [dating] in dating?.warning().map { [$0] } ?? [] }
        let ring = FigureRing()
        let pages = Explorer(
            ledger, hasSite: try settings.explorer, figures: ring, warnings: server.warnings)
        server.site = pages
        server.jobs.append(.figures(of: pages))
        try await serve(
            ledger, server, witnesses: service, dating, pages,
            FigureWatch(ledger, metrics, into: ring), metrics, supervisor, logger)
        logger.notice("stopped")
    }

    /// The search by likeness; nil where there is none, and no hashes are kept either.
    private func similar(
        _ ledger: Ledger, _ places: LedgerPlaces, _ isOn: Bool, _ logger: Logger
    ) throws(Failure) -> SimilarEntries? {
        guard !isOn else { return SimilarEntries(ledger, path: places.similar, logger: logger) }
        do throws(LedgerError) {
            try places.removeSimilar()
        } catch {
            ledger.close()
            throw Failure(error, data: places.data)
        }
        return nil
    }

    /// The elements of a list as a setting has them; nil where the flag was not given.
    private static func list(_ values: [String], _ flag: String) throws(Failure) -> String? {
        if let value = values.first(where: { $0.contains(",") || $0.isEmpty }) {
            throw Failure(
                "\(flag): \"\(value)\" is empty or has a comma",
                hint: "give the flag once for each")
        }
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    private func serve(
        _ ledger: Ledger, _ options: ServerOptions, witnesses: WitnessService?,
        _ anchors: AnchorService?, _ pages: Explorer, _ figures: FigureWatch,
        _ metrics: MetricsRegistry, _ supervisor: Supervisor?, _ logger: Logger
    ) async throws(Failure) {
        let server = LedgerServer(
            ledger: ledger, options: options, metrics: metrics, logger: logger
        ) { addresses in
            if let operations = addresses.operations {
                logger.notice("metrics and health on http://\(operations)")
            }
            let scheme = options.service.certificate == nil ? "http" : "https"
            logger.notice("listening on \(scheme)://\(addresses.listen)")
            supervisor?.ready(Heartbeat.status(of: ledger))
        }
        // The lifecycle's own words are for those who debug it.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        // Services stop in reverse order: the server answers what it accepted, witnesses see its
        // last head, authorities date that, then the ledger closes. A server that cannot listen
        // must not leave the ledger open either.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: ledger)]
        if let similar = options.similar { services.append(.init(service: similar)) }
        if let anchors { services.append(.init(service: anchors)) }
        if let witnesses { services.append(.init(service: witnesses)) }
        services += [
            .init(service: pages), .init(service: figures),
            .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
            .init(
                service: ReloadService(
                    certificate: options.service.certificate, witnesses: witnesses,
                    hasAuthorities: anchors?.hasAuthorities ?? false, ledger: ledger,
                    supervisor: supervisor, logger: logger)),
        ]
        if let supervisor {
            services.append(.init(service: Heartbeat(supervisor: supervisor, ledger: ledger)))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as ServerError {
            throw Failure(error)
        } catch {
            throw Failure("the server failed: \(error)", code: Failure.unavailable)
        }
    }

    private func logger(_ settings: ServerSettings) throws(Failure) -> Logger {
        let format = try settings.logFormat
        let level = try settings.logLevel
        LoggingSystem.bootstrap { label in
            var handler = LineLogHandler(label: label, format: format)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "colophond")
    }

    /// Returns how many connections there can be, given the files that the process may open.
    private func connections(_ asked: Int, _ logger: Logger) throws(Failure) -> Int {
        let reserve = OpenFileLimit.reserve
        let possible = try OpenFileLimit.raise(toAtLeast: reserve + 1) - reserve
        guard possible < asked else { return asked }
        logger.warning("at most \(possible) connections: raise the limit on open files (ulimit -n)")
        return possible
    }
}
