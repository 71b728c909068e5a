import Foundation
import Processes

/// Debian's `wrk`, for reads: it costs the least of all clients.
enum Wrk {
    /// Returns the GETs of these paths that the server answers in a second.
    static func rate(
        port: Int, paths: [String], seconds: Int, folder: URL, connections: Int = 32
    ) throws -> Double {
        let script = try script(
            of: IdleReaders.Requests(name: "reads", paths: paths), folder: folder)
        let output = try Child.run(
            "wrk",
            ["-t1", "-c\(connections)", "-d\(seconds)s", "-s", script, "http://127.0.0.1:\(port)/"])
        guard !output.contains("Non-2xx"), !output.contains("Socket errors"),
            let line = output.split(separator: "\n").first(where: { $0.contains("Requests/sec") }),
            let rate = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchError("wrk says: \(output)") }
        return rate
    }

    /// Seconds of a run in which paths are asked for the first time, and such runs at most.
    private static let firstSeconds = 1
    private static let firstRuns = 20

    /// Asks for each path once at least, so that the disk has nothing to do with what is timed
    /// afterwards; says the rate of the first second, which the disk had to do with.
    static func warm(port: Int, paths: [String], in workshop: Workshop) throws {
        var (first, left) = (0.0, paths)
        for run in 0..<firstRuns where !left.isEmpty {
            let rate = try rate(
                port: port, paths: left, seconds: firstSeconds, folder: workshop.folder)
            if run == 0 { first = rate }
            left.removeFirst(min(Int(rate) * firstSeconds, left.count))
        }
        workshop.say(
            String(format: "GET entry: %.0f/s while most are asked for the first time", first))
    }

    /// Writes the script by which wrk asks for these one after the other, and returns its path.
    static func script(of requests: IdleReaders.Requests, folder: URL) throws -> String {
        let list = folder.appending(path: "paths")
        try Data((requests.paths.joined(separator: "\n") + "\n").utf8).write(to: list)
        let script = folder.appending(path: "paths.lua")
        try Data(lua(list.path(), requests).utf8).write(to: script)
        return script.path()
    }

    private static func lua(_ list: String, _ requests: IdleReaders.Requests) -> String {
        let body = requests.body.map { "[[\($0)]]" } ?? "nil"
        return """
            wrk.headers["Content-Type"] = "application/json"
            local requests = {}
            local next = 0
            init = function(args)
              for path in io.lines("\(list)") do
                requests[#requests + 1] = wrk.format("\(requests.method)", path, nil, \(body))
              end
            end
            request = function()
              next = next % #requests + 1
              return requests[next]
            end
            """
    }
}
