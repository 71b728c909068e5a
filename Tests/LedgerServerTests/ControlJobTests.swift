import Encoding
import Foundation
import Jobs
import Ledger
import LedgerControl
import LedgerServer
import LedgerStore
import Synchronization
import TestHTTP
import Testing
import TestSupport

/// Long requests over the control socket, with work made for the test.
@Suite(.serialized) struct ControlJobTests {
    /// What the works of a test did.
    private final class Witness: Sendable {
        let started = Mutex(0)
        let stopped = Mutex(0)
    }

    /// Counts to 3; fails in these words; goes on until nobody wants it.
    private static func jobs(_ witness: Witness) -> [ControlJob] {
        [
            ControlJob("count", parameters: ["from"]) { _, arguments, progress in
                let first = try arguments.number("from") ?? 0
                for done in 1...3 {
                    try progress.report("counting", done: UInt64(done), of: 3)
                }
                return ["last": .integer(Int64(first) + 3)]
            },
            ControlJob("fail", parameters: []) { _, _, _ in
                throw ControlError("the moon is\nin the way")
            },
            ControlJob("linger", parameters: []) { _, _, progress in
                witness.started.withLock { $0 += 1 }
                defer { witness.stopped.withLock { $0 += 1 } }
                while true {
                    try progress.report("waiting", done: 1, of: 2)
                    holdThread(atLeast: .milliseconds(10))
                }
            },
        ]
    }

    private static func run(
        _ body: (TestServer, ControlClient, Witness) async throws -> Void
    ) async throws {
        let witness = Witness()
        try await TestServer.run(configure: { $0.jobs = jobs(witness) }) { server in
            try await body(server, ControlClient(data: server.data), witness)
        }
    }

    @Test func theResultOfTheWorkComesBack() async throws {
        try await Self.run { _, client, _ in
            let arguments = ControlArguments(["from": "39"])
            let result = try await client.call("count", arguments, progress: .silent)
            #expect(result == ["last": 42])
        }
    }

    @Test func anErrorIsOneLineInTheWorksOwnWords() async throws {
        try await Self.run { _, client, _ in
            let error = await #expect(throws: ControlError.self) {
                try await client.call("fail", ControlArguments(), progress: .silent)
            }
            #expect(error?.description == "the moon is<U+000A>in the way")
        }
    }

    @Test(arguments: [
        ("count", ["form": "1"], "query: must have no parameter but from"),
        ("count", ["from": "01"], "from: must be a decimal number without leading zeros"),
        ("linger", ["from": "1"], "query: must have no parameter but "),
        ("nothing", [:], "no such request: the server may be older than this program"),
        ("trust-kit", [:], "/trust-kit has GET"),
    ])
    func whatCannotBeUnderstoodIsNamed(
        name: String, arguments: [String: String], complaint: String
    ) async throws {
        try await Self.run { _, client, witness in
            let error = await #expect(throws: ControlError.self) {
                try await client.call(name, ControlArguments(arguments), progress: .silent)
            }
            #expect(error?.description == complaint)
            #expect(witness.started.withLock { $0 } == 0)
        }
    }

    @Test func argumentsArriveAsTheyWereGiven() async throws {
        let path = "/a b/ü?&=#%20\u{202E}+"
        let echo = ControlJob("echo", parameters: ["path", "n", "yes"]) { _, arguments, _ in
            [
                "path": .string(Text(try arguments.path("path"))),
                "yes": .bool(try arguments.flag("yes")),
            ]
        }
        try await TestServer.run(configure: { $0.jobs = [echo] }) { server in
            let client = ControlClient(data: server.data)
            let arguments = ControlArguments(["path": path, "yes": "true"])
            let result = try await client.call("echo", arguments, progress: .silent)
            #expect(result == ["path": .string(Text(path)), "yes": true])
            await #expect(throws: ControlError("path: must be an absolute path")) {
                try await client.call(
                    "echo", ControlArguments(["path": "x"]), progress: .silent)
            }
        }
    }

    @Test func aClientThatGoesAwayEndsTheWork() async throws {
        try await Self.run { _, client, witness in
            // The first step that arrives is refused, which closes the connection.
            let refusing = JobProgress { step in
                #expect(step == JobProgress.Step("waiting", done: 1, of: 2))
                return false
            }
            await #expect(throws: ControlError("the work is not wanted any more")) {
                try await client.call("linger", ControlArguments(), progress: refusing)
            }
            try await eventually("the work stops") { witness.stopped.withLock { $0 } == 1 }
        }
    }

    @Test func oneOfAKindRunsAtATime() async throws {
        try await Self.run { server, client, witness in
            async let first = client.call("linger", ControlArguments(), progress: .silent)
            try await eventually("the work starts") { witness.started.withLock { $0 } == 1 }
            await #expect(
                throws: ControlError("another linger is under way; wait for its end")
            ) {
                try await client.call("linger", ControlArguments(), progress: .silent)
            }
            // Another kind is not in its way.
            let count = try await client.call("count", ControlArguments(), progress: .silent)
            #expect(count == ["last": 3])
            await server.stop()
            _ = try? await first
            #expect(witness.started.withLock { $0 } == 1)
        }
    }

    @Test func aServerThatIsToldToStopEndsTheWorkAndSaysSo() async throws {
        try await Self.run { server, client, witness in
            let answer = Task {
                try await client.call("linger", ControlArguments(), progress: .silent)
            }
            try await eventually("the work starts") { witness.started.withLock { $0 } == 1 }
            await server.stop()
            let words = "stopped before the end: nobody waits for it any more"
            await #expect(throws: ControlError(words)) { try await answer.value }
            #expect(witness.stopped.withLock { $0 } == 1)
        }
    }

    @Test func nobodyListensIsNoError() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        let answer = try await ControlClient(data: path.path()).call(
            "count", ControlArguments(), progress: .silent)
        #expect(answer == nil)
    }
}
