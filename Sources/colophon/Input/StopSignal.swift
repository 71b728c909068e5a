import Foundation
import UnixSignals

/// Waits for Ctrl-C, or another polite way to end a program.
enum StopSignal {
    /// What comes sooner after the first signal is the same one: `timeout`, and a terminal above a
    /// script, send it twice.
    private static let once: Duration = .seconds(1)

    /// Runs `body` in a task that the first signal cancels.
    ///
    /// It begins once a signal is not the end of the program any more, so that what it leaves
    /// behind is cleaned up by itself.
    static func during<Value: Sendable>(
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        let (signs, ready) = AsyncStream<Void>.makeStream()
        let work = Task {
            for await _ in signs { break }
            return await body()
        }
        let watch = Task { await wait(ready: { ready.yield() }) { work.cancel() } }
        let value = await work.value
        watch.cancel()
        return value
    }

    /// Does so with work that may fail.
    static func during<Value: Sendable, Failure: Error>(
        trying body: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await during { () async -> Result<Value, Failure> in
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Calls `stop` at the first signal; another one later ends the program as it stands.
    ///
    /// - Parameter ready: is called once a signal is not the end of the program any more.
    static func wait(ready: () -> Void, _ stop: () -> Void) async {
        var first: ContinuousClock.Instant?
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        ready()
        for await _ in signals {
            guard let begun = first else {
                first = .now
                stop()
                continue
            }
            if begun.duration(to: .now) > once { exit(ExitStatus.tryAgain.rawValue) }
        }
    }
}
