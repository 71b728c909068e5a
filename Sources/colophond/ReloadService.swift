import HTTPService
import Ledger
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate and its key again on SIGHUP, until the server is told to stop.
///
/// The signal is taken also where there is no certificate: it must not end a server.
struct ReloadService: Service {
    let certificate: TLSCertificate?
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
        guard let certificate else {
            logger.notice("SIGHUP: there is no certificate to read again")
            return
        }
        do throws(TLSError) {
            try certificate.reload()
            logger.notice("SIGHUP: new connections get the certificate that was read now")
        } catch {
            logger.error("SIGHUP: the certificate stays as it was: \(error)")
        }
    }
}
