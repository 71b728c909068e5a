import Foundation
import HTTPCalls
import Processes

/// A `colophond serve` in a process of its own.
final class Server {
    private let process: ChildProcess
    private let log: URL

    /// Starts `program`, its words going to the new file `log`.
    init(
        _ program: [String], environment: [String: String] = [:], log: URL
    ) throws {
        self.log = log
        process = try ChildProcess(
            "/usr/bin/env", program,
            environment: .oursAnd(["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }),
            streams: ChildStreams(errors: .file(log.path(percentEncoded: false))))
    }

    deinit {
        // Nobody waits for this one any more.
        process.send(SIGKILL)
    }

    var isRunning: Bool { process.isRunning }

    /// Whether it has said where it listens.
    var isListening: Bool { words.contains("listening on") }

    /// All that it has said.
    var words: String {
        (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// The last line that it has said, hints left out.
    var lastLine: String {
        String(words.split(separator: "\n").last { !$0.hasPrefix(" ") } ?? "")
    }

    /// Waits until it says where it listens, and returns the address; nil where it ends before.
    func address() async throws -> ServiceURL? {
        let end = Patience.end
        while ContinuousClock.now < end {
            let hasEnded = !process.isRunning
            if let match = words.firstMatch(of: /listening on (http:\/\/[^ \n]*:\d+)\s/) {
                return try ServiceURL(String(match.1))
            }
            if hasEnded { return nil }
            try await Task.sleep(for: .milliseconds(3))
        }
        throw OrdealError.broken("colophond does not listen after \(Patience.bound)")
    }

    /// Ends it as a power cut does.
    func crash() async {
        process.send(SIGKILL)
        _ = await end()
    }

    /// Asks it to stop, and returns how it ended; one that does not stop in time is killed.
    func stop() async -> ChildProcess.End {
        process.send(SIGTERM)
        let end = Patience.end
        while process.isRunning, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(2))
        }
        process.send(SIGKILL)
        return await self.end()
    }

    /// Waits until it has ended.
    func end() async -> ChildProcess.End {
        await process.end()
    }
}
