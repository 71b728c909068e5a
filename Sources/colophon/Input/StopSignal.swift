import Foundation
import UnixSignals

/// Waits for Ctrl-C, or another polite way to end a program.
enum StopSignal {
    /// What comes sooner after the first signal is the same one: `timeout`, and a terminal above a
    /// script, send it twice.
    private static let once: Duration = .seconds(1)

    /// Calls `stop` at the first signal; another one later ends the program as it stands.
    static func wait(_ stop: () -> Void) async {
        var first: ContinuousClock.Instant?
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            guard let begun = first else {
                first = .now
                stop()
                continue
            }
            if begun.duration(to: .now) > once { exit(ExitStatus.tryAgain.rawValue) }
        }
    }
}
