import Foundation
import Processes

/// Readers in a process of their own, each with the next request as soon as it has an answer.
///
/// The kernel runs them where nothing else wants a processor (`SCHED_IDLE`, by `chrt`): what a
/// server does for them is measured, and not what they cost themselves.
final class IdleReaders {
    /// What is asked for, one after the other.
    struct Requests {
        /// What they are called.
        let name: String

        /// The method and the paths.
        var method = "GET"
        let paths: [String]

        /// The body of each, as JSON; nil where they have none.
        var body: String?
    }

    /// What readers got, and what that took.
    struct Result {
        /// Seconds for which they read.
        let seconds: Double

        /// Answers with 200, and those that sent a reader away for the moment.
        let answers: (given: Int, refused: Int)

        /// Seconds that the readers themselves have computed.
        let computedSeconds: Double
    }

    /// Connections, each with one request at a time.
    static let connections = 4

    /// Seconds after which they end by themselves: nobody has stopped them.
    private static let longest = 600

    private let process: ChildProcess
    private let output: URL

    /// Starts to read from the server at `port`; `folder` is for the list of requests.
    init(_ requests: Requests, port: Int, folder: URL) throws {
        let script = try Wrk.script(of: requests, folder: folder)
        output = folder.appending(path: "readers.log")
        process = try ChildProcess(
            "/usr/bin/env",
            [
                "chrt", "--idle", "0", "wrk", "-t1", "-c\(Self.connections)",
                "-d\(Self.longest)s", "-s", script, "-H", "Accept: text/html, application/json",
                "http://127.0.0.1:\(port)/",
            ],
            streams: ChildStreams(
                output: .file(output.path(percentEncoded: false)), errors: .output))
        Interruption.add(process.number)
    }

    deinit {
        process.send(SIGKILL)
        Interruption.remove(process.number)
    }

    /// Ends the readers, and returns what they got.
    func stop() throws -> Result {
        let computed = try Computed.seconds(of: process.number)
        process.send(SIGINT)
        let end = process.waitForEnd()
        let words = try String(contentsOf: output, encoding: .utf8)
        guard end == .exit(0),
            let whole = words.firstMatch(of: /(\d+) requests in ([\d.]+)(ms|s|m),/),
            let count = Int(whole.1), let time = Double(whole.2)
        else { throw BenchError("the readers end with \(end): \(words)") }
        let others = words.firstMatch(of: /Non-2xx or 3xx responses: (\d+)/)
        let refused = others.flatMap { Int($0.1) } ?? 0
        let unit =
            switch whole.3 {
            case "ms": 0.001
            case "m": 60.0
            default: 1.0
            }
        return Result(
            seconds: time * unit, answers: (count - refused, refused),
            computedSeconds: computed)
    }
}
