import Foundation
import HTTPCalls
import LedgerClient
import Processes
import Studio

/// One folder to which one fault after the other happens, each in a process of its own.
struct FaultOrdeal {
    /// The load under which each fault strikes.
    private static let loadMilliseconds = 900

    /// How long a ledger may take to write again once a fault is over.
    private static let recoverySeconds = 12.0

    /// File numbers that RocksDB may give out in one run of the server.
    private static let fileNumbers = 120

    private var audit: AckAudit
    private var dice: Dice
    private(set) var table = FaultTable()

    init(desk: URL, seed: UInt64) async throws {
        audit = try await AckAudit(desk: desk)
        dice = Dice(seed: seed)
    }

    /// Serves under `fault`, sees what becomes of it, serves without it, and checks everything.
    mutating func run(_ fault: Fault, number: Int) async throws {
        let trace = audit.house.desk.appending(path: "trace").path()
        try? FileManager.default.removeItem(atPath: trace)
        let server = try audit.house.serve(
            wrapper: ["strace"] + fault.arguments(log: trace, paths: try paths(fault.scope)),
            // A load is over before `colophond` has a second table.
            by: fault.scope == .tables ? .epochs() : .product)
        var outcome: FaultOutcome
        do {
            outcome = try await self.outcome(of: server, number)
        } catch OrdealError.broken(let why) where server.isRunning && !server.isListening {
            outcome = .hangs(why)
        }
        let works = outcome == .unaffected || outcome == .recovered
        if works, number.isMultiple(of: 2) { _ = await server.stop() }
        if server.isRunning { await server.crash() }
        if outcome == .unaffected, try await !wasInjected(trace) { outcome = .unreached }
        // libdispatch, which asks whether its threads are busy; the kernel never says EINTR.
        if case .silent(let how) = outcome, how.hasPrefix("signal \(SIGILL) "),
            let file = Self.lastInjectedFile(in: Self.text(of: trace)), file.hasPrefix("/proc/")
        {
            outcome = .aborted("\(how): the runtime could not open \(file)")
        }
        say(
            "\(fault.call) \(fault.scope.rawValue) \(fault.name) at \(fault.when): "
                + outcome.column)
        table.add(fault, outcome)
        if case .silent(let how) = outcome {
            throw OrdealError.broken(
                "\(fault.call) \(fault.name) at \(fault.when): it ended without a word: \(how)")
        }
        try await check()
    }

    /// Checks all that was ever told, and the folder.
    func finish() async throws {
        try await audit.checkEverything()
        say(table.text)
        say("faults: every promise held: \(audit.figures)")
    }

    private mutating func outcome(
        of server: Server, _ number: Int
    ) async throws -> FaultOutcome {
        guard let url = try await server.address() else {
            return Self.ending(await server.end(), server)
        }
        try await load(server, url, number)
        return try await outcome(of: server, url)
    }

    private mutating func check() async throws {
        let (server, url) = try await audit.house.serveWell()
        try await audit.checkNews(at: url, &dice)
        guard await server.stop() == .exit(0) else {
            throw OrdealError.broken("it does not stop cleanly: \(server.lastLine)")
        }
    }

    private mutating func load(_ server: Server, _ url: ServiceURL, _ number: Int) async throws {
        var load = Load(
            url: url, pop: audit.pop, memory: audit.memory, name: "fault-\(number)")
        load.clients = 4
        load.batchItems = 64
        try await load.run(seed: dice.next()) {
            let end = Date() + Double(Self.loadMilliseconds) / 1000
            while server.isRunning, Date() < end {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        try audit.failOnViolation()
    }

    /// What became of a server that was loaded: it ended, or it registers again in time, or not.
    private func outcome(of server: Server, _ url: ServiceURL) async throws -> FaultOutcome {
        var options = CallOptions()
        options.tries = 1
        let last = try await LedgerClient.with(url, options: options) { client in
            let deadline = Date() + Self.recoverySeconds
            var reason = ""
            var number = 0
            while server.isRunning, Date() < deadline {
                number += 1
                let record = try audit.pop.record("after-\(UUID())")
                do throws(CallError) {
                    if case .registered(let receipt) = try await client.register(record.bytes) {
                        audit.memory.answered(record, receipt: receipt)
                        return String?.none
                    }
                } catch {
                    reason = "\(error)"
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            return reason
        }
        if last == nil {
            return server.words.contains("writing stopped") ? .recovered : .unaffected
        }
        guard server.isRunning else { return Self.ending(await server.end(), server) }
        return .refuses(last ?? "")
    }

    private static func ending(_ end: ChildProcess.End, _ server: Server) -> FaultOutcome {
        let line = server.lastLine
        switch end {
        case .exit(let code):
            return line.isEmpty ? .silent("exit code \(code)") : .stopped(line)
        case .signal(let number):
            let isRocksDB = number == SIGABRT && line.contains("Assertion")
            return isRocksDB ? .aborted(line) : .silent("signal \(number) \(line)")
        }
    }

    /// The files that a fault may hit; none means all.
    private func paths(_ scope: Fault.Scope) throws -> [String] {
        let data = audit.house.data
        switch scope {
        case .process: return []
        case .highWater: return [data + ".highwater"]
        case .tables: return [data + ".ingest/keys.sst"]
        case .store, .log:
            let names = try FileManager.default.contentsOfDirectory(atPath: data)
            // 000123.sst, MANIFEST-000124: six digits, the time in LOG.old.TIME has more.
            let numbers = names.compactMap { name -> Int? in
                name.firstMatch(of: /(?:^|-)(\d{6})\b/).flatMap { Int($0.1) }
            }
            let next = (numbers.max() ?? 0) + 1
            let coming = (next..<next + Self.fileNumbers).flatMap { number -> [String] in
                let digits = String(number)
                let six = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
                if scope == .log { return ["\(six).log"] }
                return ["\(six).log", "\(six).sst", "\(six).blob", "\(six).dbtmp"]
                    + ["MANIFEST-\(six)", "OPTIONS-\(six)", "OPTIONS-\(six).dbtmp"]
            }
            if scope == .log { return coming.map { "\(data)/\($0)" } }
            return [data] + (names + coming).map { "\(data)/\($0)" }
        }
    }

    /// What strace has written so far; nothing before it has made its file.
    private static func text(of trace: String) -> String {
        (try? String(contentsOfFile: trace, encoding: .utf8)) ?? ""
    }

    /// The file of the last call that strace let fail.
    private static func lastInjectedFile(in trace: String) -> String? {
        let line = trace.split(separator: "\n").last { $0.contains("(INJECTED)") }
        return line?.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
            .map(String.init)
    }

    /// Whether strace has done what it should; it writes that down when the ledger has ended.
    private func wasInjected(_ trace: String) async throws -> Bool {
        for _ in 0..<50 {
            let text = Self.text(of: trace)
            if text.contains("(INJECTED)") || text.contains("(DELAYED)") { return true }
            if text.contains("+++") { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
