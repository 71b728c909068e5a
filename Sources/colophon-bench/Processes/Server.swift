import Foundation
import Processes

/// A server in a process of its own, on a free port of the loopback.
final class Server {
    let port: Int

    private let process: ChildProcess

    /// Starts a program that says `listening on http://HOST:PORT` once it does.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: URL
    ) throws {
        process = try ChildProcess(
            program, arguments,
            environment: .oursAnd(environment),
            streams: ChildStreams(errors: .file(log.path(percentEncoded: false))))
        Interruption.add(process.number)
        let deadline = Date() + 30
        while true {
            let text = try String(contentsOf: log, encoding: .utf8)
            if let match = text.firstMatch(of: /listening on http:\/\/[^ \n]*:(\d+)\s/),
                let port = Int(match.1)
            {
                self.port = port
                return
            }
            guard process.isRunning, Date() < deadline else {
                process.send(SIGTERM)
                throw BenchError("\(program) does not listen: \(text)")
            }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    deinit {
        stop()
    }

    var processID: Int32 { process.number }

    /// Asks the process to stop, and waits until it has.
    func stop() {
        process.send(SIGTERM)
        end()
    }

    /// Ends the process as a crash would (SIGKILL).
    func crash() {
        process.send(SIGKILL)
        end()
    }

    private func end() {
        process.waitForEnd()
        Interruption.remove(processID)
    }

    /// Seconds that the process has computed so far, on all cores: unlike the clock they hardly
    /// depend on what else the machine does.
    func computedSeconds() throws -> Double {
        try Computed.seconds(of: processID)
    }

    /// Seconds that those of its threads that have this name have computed so far.
    func computedSeconds(ofThreads name: String) throws -> Double {
        try Computed.seconds(of: processID, threads: name)
    }

    /// Bytes that the process has had written to the disk so far.
    func writtenBytes() throws -> Double {
        let counts = try String(contentsOfFile: "/proc/\(processID)/io", encoding: .utf8)
        let line = counts.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
        guard let count = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw BenchError("process \(processID) has no count of bytes written")
        }
        return count
    }

    /// A line of `/proc/PID/status` in MiB: `VmRSS` is what is resident now, `VmHWM` the most.
    func memory(_ name: String) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        guard let kibibytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first,
            let count = Double(kibibytes)
        else { throw BenchError("process \(processID) has no \(name)") }
        return count / 1024
    }
}
