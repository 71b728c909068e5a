import Foundation
import HTTPCalls
import LedgerClient
import Processes
import Studio

/// One folder whose ledger is killed at each write of its index, and starts again.
struct IndexOrdeal {
    /// Works of one batch: more than a bucket of the map has records, so the issuer has a list.
    private static let works = 70

    /// Batches until a ledger must have come to its end.
    private static let batches = 20

    /// How long the end is waited for before there is another batch.
    private static let seconds = 3.0

    private var audit: AckAudit
    private var dice: Dice

    init(desk: URL, seed: UInt64) async throws {
        audit = try await AckAudit(desk: desk)
        dice = Dice(seed: seed)
        // An issuer with a list, and all of it covered: from here on each kill meets a load.
        let (server, url) = try await audit.house.serveWell()
        try await LedgerClient.with(url) { client in try await send(client) }
        try await check(server, url)
    }

    /// Serves a ledger that kills itself at this moment, serves it again, and checks everything,
    /// and the folder.
    mutating func run(_ kill: IndexKill) async throws {
        let server = try audit.house.serve(by: .epochs(killedAt: kill.writes))
        if let url = try await server.address() { try await load(server, url) }
        guard !server.isRunning else {
            await server.crash()
            throw OrdealError.cannotRun("it was not killed \(kill.moment)")
        }
        guard await server.end() == .signal(SIGKILL) else {
            throw OrdealError.broken("killed \(kill.moment), it ended first: \(server.lastLine)")
        }
        let (again, url) = try await audit.house.serveWell()
        try await check(again, url)
        say("index: killed \(kill.moment): \(audit.figures)")
    }

    /// Checks what is served, until all of it is covered, and the folder.
    private mutating func check(_ server: Server, _ url: ServiceURL) async throws {
        try await audit.checkNews(at: url, &dice)
        guard await server.stop() == .exit(0) else {
            throw OrdealError.broken("it does not stop cleanly: \(server.lastLine)")
        }
        try audit.house.checkFolder()
    }

    /// Checks everything once more, and says what was checked.
    func finish() async throws {
        try await audit.checkEverything()
        say("index: every promise held: \(audit.figures)")
    }

    /// Sends one batch after the other until the ledger is gone.
    private func load(_ server: Server, _ url: ServiceURL) async throws {
        var options = CallOptions()
        options.tries = 1
        try await LedgerClient.with(url, options: options) { client in
            for _ in 0..<Self.batches where server.isRunning {
                try await send(client)
                let deadline = Date() + Self.seconds
                while server.isRunning, Date() < deadline {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
        try audit.failOnViolation()
    }

    private func send(_ client: LedgerClient) async throws {
        let name = UUID().uuidString
        let records = try (0..<Self.works).map { try audit.pop.record("\(name)-\($0)") }
        let memory = audit.memory
        do throws(CallError) {
            try await client.registerBatch(records.map(\.bytes)) { number, answer in
                if case .accepted(.registered(let receipt)) = answer {
                    memory.answered(records[number], receipt: receipt)
                }
            }
        } catch {
            // It was killed meanwhile: what was answered before counts.
            if case .refused = error { throw error }
        }
    }
}
