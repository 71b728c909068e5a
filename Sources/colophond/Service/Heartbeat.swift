import Foundation
import Ledger
import ServiceLifecycle

/// Tells the service manager that the ledger's writer is alive, by asking it each time.
///
/// A writer that hangs does not answer, so nothing is said, and the manager ends the process: a
/// kill at any moment costs nothing. A full disk is no reason: it is answered.
///
/// Stands last in its group, so that it is the first to hear of the end.
struct Heartbeat: Service {
    /// The interval of the status line where no watchdog asks for a shorter one.
    private static let statusInterval = Duration.seconds(30)

    let supervisor: Supervisor
    let ledger: Ledger

    func run() async throws {
        let interval = supervisor.watchdogInterval ?? Self.statusInterval
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    await ledger.heartbeat()
                    supervisor.alive(Self.status(of: ledger))
                    try? await Task.sleep(for: interval)
                }
            }
        } onGracefulShutdown: {
            supervisor.stopping()
        }
    }

    /// The status line of a ledger.
    static func status(of ledger: Ledger) -> String {
        let state = ledger.readiness ?? "ready"
        return "\(ledger.origin): \(ledger.head().size) entries, \(state)"
    }
}
