import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What `colophond serve` tells the service manager that started it.
@Suite(.serialized) struct SupervisorTests {
    private let shop: Workshop

    init() async throws {
        shop = try await Workshop()
        let arguments = ["--data", "ledger", "--origin", "ledger.example"]
        let made = try await Program.run(
            "colophond", ["init", "--admin", "berlin.pub.pem"] + arguments, in: shop.folder)
        try #require(made.status == 0, "\(made.words)")
    }

    /// Starts `serve` on `port` as a service manager does.
    private func serve(
        _ listener: NotifyListener, port: Int, _ environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            "colophond", ["serve", "--data", "ledger", "--listen", "127.0.0.1:\(port)"],
            in: shop.folder,
            environment: environment.merging(["NOTIFY_SOCKET": listener.place]) { $1 })
    }

    private func end(_ program: RunningProgram) async throws -> Int32 {
        try await program.end(by: SIGTERM).status
    }

    private func answers(_ port: Int) async -> Bool {
        guard let url = URL(string: "http://127.0.0.1:\(port)/readyz") else { return false }
        let answer = try? await URLSession.shared.data(from: url)
        return (answer?.1 as? HTTPURLResponse)?.statusCode == 200
    }

    @Test(arguments: ["path", "abstract"])
    func readinessIsToldOnceRequestsAreAnsweredAndTheEndBeforeItComes(kind: String) async throws {
        let place = kind == "path" ? shop.url("notify").path() : "@colophon-\(UUID())"
        let listener = try NotifyListener(at: place)
        let port = try FreePort.next()
        let process = try serve(listener, port: port)
        let start = try await listener.messages(until: "READY=1")
        #expect(await answers(port))
        // Opening comes first, and nothing was promised before.
        #expect(start.first == ["STATUS=opening ledger"])
        #expect(start.filter { $0.contains("READY=1") }.count == 1)
        #expect(start.last?.contains("STATUS=ledger.example: 2 entries, ready") == true)
        #expect(try await end(process) == 0)
        let rest = try await listener.messages(until: "STOPPING=1")
        #expect(!rest.joined().contains { $0 == "READY=1" || $0 == "WATCHDOG=1" })
        #expect(listener.next() == nil)
    }

    @Test func aServerThatCannotServeIsNeverReady() async throws {
        let listener = try NotifyListener(at: shop.url("notify").path())
        let first = try NotifyListener(at: shop.url("first").path())
        let port = try FreePort.next()
        let process = try serve(first, port: port)
        _ = try await first.messages(until: "READY=1")
        // The folder is in use.
        let second = try serve(listener, port: 0)
        #expect(try await second.end().status == 3)
        while let message = listener.next() { #expect(!message.contains("READY=1")) }
        #expect(try await end(process) == 0)
    }

    @Test func theWatchdogIsFedWhileTheLedgerAnswersAndOnlyThen() async throws {
        let listener = try NotifyListener(at: shop.url("notify").path())
        let process = try serve(listener, port: 0, ["WATCHDOG_USEC": "400000"])
        for _ in 0..<3 { _ = try await listener.messages(until: "WATCHDOG=1") }
        process.send(SIGSTOP)
        try await eventually("it has stopped") {
            let status = try String(
                contentsOfFile: "/proc/\(process.number)/status", encoding: .utf8)
            return status.contains("State:\tT")
        }
        // What was on its way when the signal came.
        while listener.next() != nil {}
        try await pause(atLeast: .seconds(1))
        #expect(listener.next() == nil)
        process.send(SIGCONT)
        _ = try await listener.messages(until: "WATCHDOG=1")
        #expect(try await end(process) == 0)
    }

    @Test func aReloadIsToldFromItsBeginningToItsEnd() async throws {
        let listener = try NotifyListener(at: shop.url("notify").path())
        let process = try serve(listener, port: 0)
        _ = try await listener.messages(until: "READY=1")
        process.send(SIGHUP)
        let reload = try await listener.messages(until: "READY=1")
        let begin = try #require(reload.first { $0.contains("RELOADING=1") })
        #expect(begin.contains { $0.hasPrefix("MONOTONIC_USEC=") })
        #expect(reload.last?.contains("RELOADING=1") == false)
        #expect(try await end(process) == 0)
    }

    @Test func aWatchdogForAnotherProcessIsNotFed() async throws {
        let listener = try NotifyListener(at: shop.url("notify").path())
        let process = try serve(
            listener, port: 0, ["WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"])
        _ = try await listener.messages(until: "READY=1")
        try await pause(atLeast: .milliseconds(500))
        while let message = listener.next() { #expect(!message.contains("WATCHDOG=1")) }
        #expect(try await end(process) == 0)
    }

    @Test func aSocketThatIsNoneOrGoneDoesNotKeepTheLedgerFromServing() async throws {
        let places = [
            ("relative", "nothing is notified"), ("@", "nothing is notified"),
            (shop.url("gone").path(), "told how we are"),
        ]
        for (place, warning) in places {
            let port = try FreePort.next()
            let process = try RunningProgram(
                "colophond", ["serve", "--data", "ledger", "--listen", "127.0.0.1:\(port)"],
                in: shop.folder, environment: ["NOTIFY_SOCKET": place])
            try await eventually("it is ready") { await answers(port) }
            let outcome = try await process.end(by: SIGTERM)
            #expect(outcome.status == 0)
            let words = outcome.words
            #expect(words.contains(warning), "\(place): \(words)")
        }
    }
}
