import Encoding
import Foundation
import Logging

/// The service manager that started us: systemd with `Type=notify`.
struct Supervisor: Sendable {
    /// The interval of the watchdog's signal: half of the time that it waits for.
    let watchdogInterval: Duration?

    private let socket: NotifySocket
    private let logger: Logger

    /// Reads what the manager put into the environment; nil where nobody wants to know.
    init?(variable: (String) -> String?, logger: Logger) {
        guard let place = variable("NOTIFY_SOCKET") else { return nil }
        guard let socket = NotifySocket(place) else {
            logger.warning("NOTIFY_SOCKET is neither a path nor @NAME: nothing is notified")
            return nil
        }
        self.socket = socket
        self.logger = logger
        watchdogInterval = Self.watchdogInterval(variable)
    }

    /// Sets the status line.
    func status(_ text: String) {
        send("STATUS=\(text)")
    }

    /// Says that requests are answered, now or again after ``reloading()``.
    func ready(_ text: String) {
        send("READY=1", "STATUS=\(text)")
    }

    /// Says that the settings are being read again; ``ready(_:)`` ends that.
    func reloading() {
        let uptime = UInt64(ProcessInfo.processInfo.systemUptime * 1_000_000)
        send("RELOADING=1", "MONOTONIC_USEC=\(uptime)", "STATUS=reading the settings again")
    }

    /// Says that the ledger's writer answered just now.
    func alive(_ text: String) {
        if watchdogInterval == nil { status(text) } else { send("WATCHDOG=1", "STATUS=\(text)") }
    }

    /// Says that nothing new is accepted.
    func stopping() {
        send("STOPPING=1", "STATUS=answering what was accepted")
    }

    /// A line feed in a text of ours would begin another message, and people read these too.
    private func send(_ lines: String...) {
        let code = socket.send(lines.map(SafeText.line))
        guard code != 0 else { return }
        logger.warning("the service manager cannot be told how we are (errno \(code))")
    }

    /// `WATCHDOG_USEC` is meant for the process `WATCHDOG_PID`, where that is given.
    private static func watchdogInterval(_ variable: (String) -> String?) -> Duration? {
        guard let limit = variable("WATCHDOG_USEC").flatMap({ Int64($0) }), limit > 1 else {
            return nil
        }
        let process = variable("WATCHDOG_PID")
        guard process == nil || process == "\(ProcessInfo.processInfo.processIdentifier)" else {
            return nil
        }
        return .microseconds(limit / 2)
    }
}
