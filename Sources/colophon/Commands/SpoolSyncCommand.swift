import ArgumentParser
import Files
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio
import Synchronization

/// Brings the records of a spool to the ledger.
struct SpoolSyncCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Send what waits in a spool, and take the receipts.",
        discussion: """
              colophon spool sync outbox
              colophon spool sync outbox --follow

            Asks first what of the submitted records has arrived, then sends what waits,
            in the order of the numbers. Stop it at any time, or pull the plug: nothing
            is lost, and nothing is entered twice. Each record gets its receipt, and so
            does the copy beside the work, where that is still there.

            A record that the ledger refuses goes to refused/, with its reason beside it.
            When the reason is gone, as when the PoP's key has been added, run

              colophon spool sync outbox --retry-refused

            Ends with 0 where everything is registered, 1 where something was refused,
            3 where something still waits. With --follow it goes on, however long the
            network is away, and ends with 0 when it is stopped.
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @Flag(help: "Go on, and send what is signed from now on.")
    var follow = false

    @Flag(help: "Send again what was refused.")
    var retryRefused = false

    @Option(
        help: ArgumentHelp(
            """
            reconciliation: hold records of a drop until it is balanced; \
            claimed-reconciliation: the same, by the ledger's word that its list is whole.
            """, valueName: "gate"))
    var gate: SpoolGate?

    @Option(
        help: ArgumentHelp("The ledger's address, for this once.", valueName: "url"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "The only authorities (PEM) that may vouch for the ledger (COLOPHON_CA).",
            valueName: "file"))
    var ca: String?

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(["ca": ca])
        let (spool, lock) = try open(console)
        defer { withExtendedLifetime(lock) {} }
        let url = try Network.url(ledger ?? spool.settings.ledger)
        let kit = try SpoolKit(of: spool)
        var options = try Network.options(settings, for: url, console)
        let traffic = CallTraffic()
        options.traffic = traffic
        options.answerTimeout = Self.answerTimeout
        if follow { options.longestDelay = Self.longestDelay }
        let report = SyncReport(
            of: directory, spool, at: url, follows: follow, traffic, console)
        try retry(in: spool, report)
        if kit.kit == nil { report.tellNoKit() }
        let end = await sync(spool, url, options, kit, report)
        return report.end(end)
    }

    /// A peer that is silent for so long is gone: a ledger answers at the latest when it has waited
    /// 15 s for its witnesses, and even over a satellite that is here in a few seconds.
    private static let answerTimeout: Duration = .seconds(25)

    /// The longest wait between two tries of a sync that follows: most of a satellite's window is
    /// used, and a ledger that is away for days is asked once a minute.
    private static let longestDelay: Duration = .seconds(60)

    private func open(_ console: Console) throws(Failure) -> (Spool, FileLock) {
        do throws(SpoolError) {
            let spool = try Spool(directory, for: .moving) { SpoolDesk.tell($0, console) }
            return (spool, try spool.lockForSync())
        } catch {
            throw Failure(error)
        }
    }

    private func retry(in spool: Spool, _ report: SyncReport) throws(Failure) {
        guard retryRefused else { return }
        do throws(SpoolError) {
            report.retried(try spool.retryRefused())
        } catch {
            throw Failure(error)
        }
    }

    /// Syncs until it is done, or until somebody stops it.
    private func sync(
        _ spool: Spool, _ url: ServiceURL, _ options: CallOptions, _ kit: SpoolKit,
        _ report: SyncReport
    ) async -> SyncEnd {
        let hold = makeGate(spool.settings, kit, report)
        let follows = follow
        let renewals = RenewalPause()
        return await StopSignal.during {
            await LedgerClient.with(url, options: options) { client in
                await SpoolSync(
                    of: spool, client: client, kit: kit.kit, newKit: { kit.renewed(report) },
                    wait: { options.delay(after: $0, retryAfter: $1) }, gate: hold,
                    onPass: { await Self.renew(spool, $0, $1, kit, renewals, report) },
                    onEvent: { report.take($0) }
                ).run(following: follows)
            }
        }
    }

    private func makeGate(
        _ settings: Spool.Settings, _ kit: SpoolKit, _ report: SyncReport
    ) -> (@Sendable (LedgerClient) async -> any RecordGate)? {
        guard let chosen = gate?.gate ?? settings.gate else { return nil }
        report.tell(gate: chosen)
        let memory = ListMemory()
        return { client in
            ReconciliationHold(
                ReconciliationGate(
                    kit: kit.files, pop: settings.issuer, reconcilers: settings.reconcilers,
                    client: client, trusting: chosen.trust, memory: memory,
                    onOpen: { report.tell(drop: $0, openedBy: $1) },
                    onLeftOut: { report.tell(leftOut: $0, by: kit.kit) }))
        }
    }

    /// Keeps what a PoP knows of its ledger, while there is a network; returns what went wrong.
    private static func renew(
        _ spool: Spool, _ client: LedgerClient, _ pass: SyncPass, _ kit: SpoolKit,
        _ renewals: RenewalPause, _ report: SyncReport
    ) async -> String? {
        if pass.hasAnswers {
            do throws(FileError) {
                try LedgerContact.note(in: spool.folder)
            } catch {
                return report.warn(Failure(writing: error))
            }
        }
        guard pass.isWhole, let trusted = kit.kit, let path = spool.settings.trust,
            renewals.isOver
        else { return nil }
        do throws(SeenRenewalError) {
            _ = try await SeenRenewal.renew(in: spool.folder, client, by: trusted)
            return nil
        } catch {
            return report.warn(Failure(error, at: client.ledger, kit: path))
        }
    }
}

/// Spaces the looks for a newer head: a PoP that signs every second asks no more often.
private final class RenewalPause: Sendable {
    /// A record says at most that it is a minute younger than it is.
    private static let time: Duration = .seconds(60)

    private let last = Mutex<ContinuousClock.Instant?>(nil)

    /// Whether it is time to look; then the next pause begins.
    var isOver: Bool {
        last.withLock { last in
            if let last, last + Self.time > .now { return false }
            last = .now
            return true
        }
    }
}
