import Foundation
import Synchronization
import UnixSignals

/// Ends the servers and takes the folder away when a run is told to stop (SIGINT, SIGTERM).
enum Interruption {
    /// What the shell reports for a program that ended by SIGINT.
    private static let exitCode: Int32 = 130

    private static let servers = Mutex<Set<Int32>>([])

    /// Remembers a server that runs.
    static func add(_ processID: Int32) {
        servers.withLock { _ = $0.insert(processID) }
    }

    /// Forgets a server that has ended.
    static func remove(_ processID: Int32) {
        servers.withLock { _ = $0.remove(processID) }
    }

    /// Waits for a signal, for as long as the program runs.
    static func watch(removing folder: URL?) {
        Task.detached {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                let running = servers.withLock { $0 }
                for processID in running { kill(processID, SIGTERM) }
                // A server that syncs its last batch takes its time; what does not end in ten
                // seconds is left.
                for _ in 0..<100 where running.contains(where: { kill($0, 0) == 0 }) {
                    try? await Task.sleep(for: .milliseconds(100))
                }
                if let folder { try? FileManager.default.removeItem(at: folder) }
                exit(exitCode)
            }
        }
    }
}
