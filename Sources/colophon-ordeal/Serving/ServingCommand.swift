import ArgumentParser
import Foundation
import HTTPService
import Ledger
import LedgerServer
import LedgerStore
import Logging
import ServiceLifecycle
import UnixSignals

/// `colophon-ordeal serve`: serves a ledger as `colophond` does, with epochs of its index in quick
/// succession, until it is stopped or kills itself.
struct ServingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a ledger with an index, and kills itself before a write.",
        discussion: """
            The writes are \(WriteStep.allCases.map(\.rawValue).joined(separator: ", ")).
            --kill-at cursor,batch waits for a write of "cursor", and ends the process with
            SIGKILL before the next one of "batch".
            """)

    @Option(help: "The ledger's folder.")
    var data: String

    @Option(help: "Milliseconds that an entry waits for its rows and for an index head.")
    var interval = 200

    @Option(help: "The writes to come to, in their order, joined by commas.")
    var killAt: String?

    func run() async throws {
        var options = LedgerOptions(data: data)
        options.index = .on
        options.indexInterval = .milliseconds(interval)
        // The map is written with each epoch, so that every kill and power cut may meet it.
        (options.snapshots.entries, options.snapshots.entriesAtEnd) = (1, 1)
        options.faultHook = DeadlyWrites(try steps()).callAsFunction
        let logger = Logger(label: "colophon-ordeal") { label in
            LineLogHandler(label: label, format: .text)
        }
        let ledger = try Ledger.open(options, logger: logger)
        let server = LedgerServer(
            ledger: ledger,
            options: ServerOptions(listen: ListenAddress(host: "127.0.0.1", port: 0)),
            metrics: .forLedger(), logger: logger
        ) { addresses in
            logger.notice("listening on http://\(addresses.listen)")
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: ledger),
                    .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
    }

    private func steps() throws -> [WriteStep] {
        try (killAt ?? "").split(separator: ",").map { name in
            guard let step = WriteStep(rawValue: String(name)) else {
                throw ValidationError("--kill-at: \"\(name)\" is no write")
            }
            return step
        }
    }
}
