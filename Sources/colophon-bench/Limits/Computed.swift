import Foundation

/// Microseconds of computing for one answer, on all cores, of the server and of its clients.
///
/// Unlike the clock they hardly depend on what else the machine does.
struct Computed: Sendable {
    let server: Double
    let client: Double

    /// Runs a load on a server, and returns its result with what one answer of it cost.
    ///
    /// - Parameter count: the answers of a result.
    static func measure<Result>(
        of server: Server, _ load: () async throws -> Result, count: (Result) -> Double
    ) async throws -> (result: Result, computed: Computed) {
        let (start, ownStart) = (try server.computedSeconds(), try clientSeconds())
        let result = try await load()
        let (end, ownEnd) = (try server.computedSeconds(), try clientSeconds())
        let each = 1e6 / max(1, count(result))
        return (result, Self(server: (end - start) * each, client: (ownEnd - ownStart) * each))
    }

    /// Seconds that this process and the programs that it has started and that have ended have
    /// computed so far.
    private static func clientSeconds() throws -> Double {
        let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        // Fields 16 and 17, counted from the end of the name, in hundredths of a second.
        let fields = stat.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 15, let user = Double(fields[14]), let system = Double(fields[15])
        else { throw BenchError("this process has no times of those that it has started") }
        return Rate.ownSeconds + (user + system) / 100
    }

    /// Seconds that a process has computed so far, on all cores.
    static func seconds(of processID: Int32) throws -> Double {
        try seconds(inStat: "/proc/\(processID)/stat")
    }

    /// Seconds that the threads of this name in a process have computed so far.
    static func seconds(of processID: Int32, threads name: String) throws -> Double {
        let tasks = "/proc/\(processID)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks).filter { thread in
            // A thread that has ended meanwhile has no name any more.
            let found = try? String(contentsOfFile: "\(tasks)/\(thread)/comm", encoding: .utf8)
            return found == name + "\n"
        }
        guard !threads.isEmpty else {
            throw BenchError("process \(processID) has no thread \"\(name)\"")
        }
        return try threads.map { try seconds(inStat: "\(tasks)/\($0)/stat") }.reduce(0, +)
    }

    /// User and system time in a `stat` of a process or of a thread.
    private static func seconds(inStat path: String) throws -> Double {
        let stat = try String(contentsOfFile: path, encoding: .utf8)
        // Fields 14 and 15, counted from the end of the name, in hundredths of a second.
        let fields = stat.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13])
        else { throw BenchError("\(path) has no times") }
        return (user + system) / 100
    }
}
