import HTTPService
import Ledger
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate and its key, and the witnesses' policy, again on SIGHUP, until the server
/// is told to stop.
///
/// The files of timestamp authorities are not: the ledger's kits and its dating have them from its
/// start on, and a line of the log says so.
///
/// The signal is taken also where there is neither: it must not end a server.
struct ReloadService: Service {
    let certificate: TLSCertificate?
    let witnesses: WitnessService?

    /// Whether authorities date heads: their files are read at the start alone.
    let hasAuthorities: Bool

    let ledger: Ledger
    let supervisor: Supervisor?
    let logger: Logger

    func run() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            supervisor?.reloading()
            reload()
            supervisor?.ready(Heartbeat.status(of: ledger))
        }
    }

    private func reload() {
        if certificate == nil, witnesses == nil {
            logger.notice("SIGHUP: there is no certificate to read again")
        }
        if let certificate { reload(certificate) }
        if let witnesses { reload(witnesses) }
        if hasAuthorities {
            logger.notice(
                "SIGHUP: the files of --timestamp-ca are not read again; a restart reads them")
        }
    }

    private func reload(_ certificate: TLSCertificate) {
        do throws(TLSError) {
            try certificate.reload()
            logger.notice("SIGHUP: new connections get the certificate that was read now")
        } catch {
            logger.error("SIGHUP: the certificate stays as it was: \(error)")
        }
    }

    private func reload(_ witnesses: WitnessService) {
        do throws(Failure) {
            let read = try witnesses.reload()
            logger.notice("SIGHUP: \(read)")
        } catch {
            logger.error("SIGHUP: the witnesses stay as they were: \(error.line)")
        }
    }
}
