import Foundation
import UnixSignals

/// Waits for Ctrl-C, or another polite way to end a program.
enum StopSignal {
    /// Calls `stop` at the first signal; a second one ends the program as it stands.
    static func wait(_ stop: () -> Void) async {
        var isStopping = false
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            if isStopping { exit(ExitStatus.tryAgain.rawValue) }
            isStopping = true
            stop()
        }
    }
}
