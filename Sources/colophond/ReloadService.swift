import HTTPService
import Ledger
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate and its key, and the witnesses' policy, again on SIGHUP, until the server
/// is told to stop.
///
/// The signal is taken also where there is neither: it must not end a server.
struct ReloadService: Service {
    let certificate: TLSCertificate?
    let witnesses: WitnessService?
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
