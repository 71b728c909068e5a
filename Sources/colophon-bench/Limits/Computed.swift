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
        let (start, ownStart) = (try server.computedSeconds(), clientSeconds)
        let result = try await load()
        let (end, ownEnd) = (try server.computedSeconds(), clientSeconds)
        let each = 1e6 / max(1, count(result))
        return (result, Self(server: (end - start) * each, client: (ownEnd - ownStart) * each))
    }

    /// Seconds that this process and the programs that it has started and that have ended have
    /// computed so far.
    private static var clientSeconds: Double {
        Rate.ownSeconds + childSeconds
    }

    private static var childSeconds: Double {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }
}
