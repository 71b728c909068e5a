import Foundation
import Synchronization
import TestPeer
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// `colophon audit --follow`, as those run it who have something in a ledger.
@Suite(.serialized) struct FollowCommandTests {
    private let ledger: LedgerProcess
    private let shop: Workshop

    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
    }

    private func arguments(_ more: [String]) -> [String] {
        [
            "audit", "--ledger", ledger.address, "--trust", "trust", "--state", "state",
            "--follow", "--every", "1s",
        ] + more
    }

    private func start(
        _ more: String..., environment: [String: String] = [:], output: Int32? = nil
    ) throws -> RunningProgram {
        try RunningProgram(
            "colophon", arguments(more), in: shop.folder, environment: environment,
            output: output)
    }

    private func events(_ bytes: [UInt8]) -> [[String: Any]] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any]
        }
    }

    private func matches(_ bytes: [UInt8]) -> [String] {
        events(bytes).filter { $0["event"] as? String == "match" }
            .compactMap { $0["entryID"] as? String }
    }

    @Test func anArtistHearsOfHerWorksAndOfNothingElse() async throws {
        try await ledger.register("old.jpg")
        let program = try start("--from-now", "--watch", "creator=Ana Example")
        try await program.says("following: the log is read each 1 s")
        let entry = try await ledger.register("new.jpg")
        try await ledger.register("other.jpg", by: "Bea Example")
        try await eventually("it is told") { try matches(program.output).count == 1 }
        let ended = try await program.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        #expect(matches(ended.bytes) == [entry])
        #expect(events(ended.bytes).count == ended.output.split(separator: "\n").count)
        #expect(ended.output.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        let widths = ended.words.split(separator: "\n").map(\.count)
        #expect(widths.max() ?? 0 <= 100, "\(ended.words)")

        // What was told is not told again; what came meanwhile is.
        let later = try await ledger.register("later.jpg")
        let again = try start("--from-now", "--watch", "creator=Ana Example")
        try await eventually("what came meanwhile is told") { try !again.output.isEmpty }
        let second = try await again.end(by: SIGINT)
        #expect(second.status == 0 && matches(second.bytes) == [later], "\(second.output)")
    }

    /// A program that is killed at any moment, again and again, has in the end told everything.
    @Test func killsLoseNoEvent() async throws {
        try shop.write("#!/bin/sh\ncat >>taken\n", to: "tell")
        try shop.setPermissions(0o700, "tell")
        var entries: Set<String> = []
        var random = SeededRandom(seed: 15)
        for round in 0..<6 {
            for number in 0..<3 {
                entries.insert(try await ledger.register("\(round)-\(number).jpg"))
            }
            let program = try start(
                "--watch", "issuer=\(Workshop.berlin)", "--exec", "./tell")
            let lines = Int.random(in: 0...6, using: &random)
            try await eventually("some are told") {
                try events(program.output).count >= min(lines, round == 0 ? 3 : 1)
            }
            _ = try await program.end(by: SIGKILL)
        }
        let program = try start("--watch", "issuer=\(Workshop.berlin)", "--exec", "./tell")
        // From here on a signal is no kill.
        try await program.says("following:")
        try await eventually("the program has them all") {
            let taken = try shop.exists("taken") ? shop.bytes("taken") : []
            return Set(matches(taken)).isSuperset(of: entries)
        }
        #expect(try await program.end(by: SIGTERM).status == 0)
        #expect(Set(matches(try shop.bytes("taken"))) == entries)
    }

    /// A service that is away gets its events when it is back, also in another run; its address is
    /// nobody's to read.
    @Test func aServiceThatWasAwayIsToldInTheNextRun() async throws {
        let entry = try await ledger.register("a.jpg")
        let isAway = Mutex(true)
        try await StubServer.run { request in
            .whole(isAway.withLock { $0 } ? 503 : 204)
        } _: { server in
            let secret = "http://ana:passw0rd@127.0.0.1:\(server.port)/hook?token=s3cret"
            try shop.write("# mine\n\(secret)\n", to: "webhooks")
            try shop.setPermissions(0o600, "webhooks")
            let flags = ["--watch", "issuer=\(Workshop.berlin)", "--webhook-file", "webhooks"]
            let program = try RunningProgram("colophon", arguments(flags), in: shop.folder)
            try await program.says("answers with status 503")
            // It stops nobody else.
            try await eventually("standard output has it") {
                try matches(program.output) == [entry]
            }
            let ended = try await program.end(by: SIGTERM)
            #expect(ended.status == 0)
            #expect(ended.words.contains("events wait for it"), "\(ended.words)")
            isAway.withLock { $0 = false }
            let next = try RunningProgram("colophon", arguments(flags), in: shop.folder)
            try await eventually("the service has it") {
                server.requests.contains { matches($0.body + [0x0A]) == [entry] }
            }
            let second = try await next.end(by: SIGTERM)
            #expect(second.status == 0 && second.output.isEmpty)
            for text in [ended.words, ended.output, second.words] {
                #expect(!text.contains("s3cret") && !text.contains("passw0rd"), "\(text)")
            }
        }
    }

    /// A pager that stands still keeps it from no end, and costs no event.
    @Test func aReaderThatTakesNothingHoldsUpNoEnd() async throws {
        let pipe = Pipe()
        // All that a pipe holds.
        try pipe.fileHandleForWriting.write(contentsOf: Data(count: 64 << 10))
        let program = try start(output: pipe.fileHandleForWriting.fileDescriptor)
        try await program.says("following:")
        let ended = try await program.end(by: SIGTERM)
        #expect(ended.status == 0, "\(ended.words)")
        #expect(ended.words.contains("stdout: 3 events wait for it"), "\(ended.words)")
        try pipe.fileHandleForReading.close()
        let next = try start()
        try await eventually("the next reader has them") { try events(next.output).count == 3 }
        #expect(try await next.end(by: SIGTERM).status == 0)
    }

    @Test func aLedgerThatIsAwayIsReadAgainWhenItIsBack() async throws {
        let program = try start("--watch", "issuer=\(Workshop.berlin)")
        try await program.says("following:")
        let port = try #require(URL(string: ledger.address)?.port)
        #expect(try await ledger.stop() == 0)
        try await program.says("/checkpoint: cannot be reached")
        try await ledger.start(port: port)
        let entry = try await ledger.register("a.jpg")
        try await eventually("it is told") { try matches(program.output) == [entry] }
        try await program.says("the log is read again")
        #expect(try await program.end(by: SIGTERM).status == 0)
    }

    @Test func itsNumbersAndItsHealthAreServed() async throws {
        let port = try FreePort.next()
        let program = try start(
            "--watch", "issuer=\(Workshop.berlin)", "--ops-listen", "127.0.0.1:\(port)")
        try await program.says("metrics and health on http://127.0.0.1:\(port)")
        try await program.says("following:")
        func get(_ path: String) async throws -> (Int, String) {
            let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
            let (body, answer) = try await URLSession.shared.data(from: url)
            let status = try #require((answer as? HTTPURLResponse)?.statusCode)
            return (status, String(decoding: body, as: UTF8.self))
        }
        #expect(try await get("/healthz") == (200, "ok\n"))
        #expect(try await get("/readyz") == (200, "ready\n"))
        try await ledger.register("a.jpg")
        let text = try await eventually("the entry is counted") {
            let text = try await get("/metrics").1
            return text.contains("\ncolophon_audit_size 4\n") ? text : nil
        }
        #expect(text.contains("colophon_audit_findings{rule=\"fork\",weight=\"violation\"} 0"))
        for name in [
            "events_total{event=\"match\"} 1", "behind_seconds ", "waiting{receiver=\"stdout\"} ",
        ] {
            #expect(text.contains("\ncolophon_audit_\(name)"), "\(name): \(text)")
        }
        #expect(try await program.end(by: SIGTERM).status == 0)
    }

    /// A program that fails, is missing or hangs is said once, and stops nobody else.
    @Test func aProgramThatFailsStopsNothing() async throws {
        try shop.write("#!/bin/sh\nenv >variables; echo 'no mail' >&2; exit 3\n", to: "tell")
        try shop.setPermissions(0o700, "tell")
        let program = try start(
            "--exec", "./tell now", environment: ["COLOPHON_KEY": "berlin.pem"])
        try await program.says("exec: ./tell ended with 3: no mail")
        try await eventually("standard output has the alerts") {
            try events(program.output).count == 3
        }
        #expect(try await program.end(by: SIGTERM).status == 0)
        let variables = String(decoding: try shop.bytes("variables"), as: UTF8.self)
        #expect(variables.contains("HOME=") && !variables.contains("COLOPHON_"))
    }

    @Test(
        arguments: [
            (["--watch", "ana"], "--watch \"ana\" begins with none of issuer="),
            (["--watch", "sha256=12"], "is not sha256= and 64 hexadecimal digits"),
            (["--watch", "sha256=12"], "sha256sum FILE prints the digits"),
            (["--every", "0s"], "--every \"0s\" is not a time from 1s to 24h"),
            (["--stale-after", "soon"], "--stale-after \"soon\" is not a time"),
            (["--exec", ""], "--exec: is empty"),
            (["--exec", " "], "--exec names no program"),
            (["--exec", "./missing now"], "--exec: ./missing is no file that you may run"),
            (["--exec", "./trust"], "--exec: ./trust is no file that you may run"),
            (["--exec", "./berlin.pem"], "--exec: ./berlin.pem is no file that you may run"),
            (["--exec", "no-such-program"], "--exec: no folder of PATH has a program no-such"),
            (["--watch", "issuer=abc"], "it must be a URI with a scheme"),
            (["--watch", "creator=A\u{1B}[2Jna"], "<U+001B>[2Jna\" holds U+001B, a control"),
            (["--watch", "creator=\u{202E}ana"], "creator=<U+202E>ana\" holds U+202E, a control"),
            (["--webhook", "http://hooks.example/s3cret"], "--webhook 1: the address is http://"),
            (["--webhook-file", "missing"], "missing: no such file"),
            (["--ops-listen", "here"], "--ops-listen \"here\" is not HOST:PORT"),
            (
                ["--watch", "creator=Ana", "--without-manifests"],
                "--watch creator=NAME needs manifests"
            ),
        ] as [([ShownText], String)])
    func aMistakeIsNamed(flags: [ShownText], words: String) async throws {
        let outcome = try await Program.run(
            "colophon", arguments(flags.map(\.string)), in: shop.folder)
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains(words), "\(outcome.words)")
        #expect(!outcome.words.contains("s3cret"))
        #expect(!outcome.words.contains("\u{1B}") && !outcome.words.contains("\u{202E}"))
        #expect(try !shop.exists("state"))
    }

    /// Whoever may change what is run could do all that its user may.
    @Test(arguments: [("bin", 0o777), ("bin/tell", 0o757), ("bin/tell", 0o775)])
    func aProgramThatOthersMayChangeIsRefused(open: String, mode: Int) async throws {
        try FileManager.default.createDirectory(
            at: shop.url("bin"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        try shop.write("#!/bin/sh\n", to: "bin/tell")
        try shop.setPermissions(0o755, "bin/tell")
        try shop.setPermissions(mode, open)
        for words in ["./bin/tell", shop.url("bin/tell").path()] {
            let outcome = try await Program.run(
                "colophon", arguments(["--exec", words]), in: shop.folder)
            #expect(outcome.status == 2, "\(outcome.words)")
            #expect(outcome.words.contains("\(open): is open to others"), "\(outcome.words)")
            #expect(outcome.words.contains("chmod go-w "), "\(outcome.words)")
            #expect(try !shop.exists("state"))
        }
    }

    @Test func whatIsForAMonitorAloneIsSaidToBe() async throws {
        let outcome = try await shop.colophon(
            "audit", "--ledger", ledger.address, "--trust", "trust", "--state", "state",
            "--watch", "creator=Ana")
        #expect(outcome.status == 2)
        #expect(outcome.words.contains("--watch says something only with --follow"))
    }

    @Test func aFileOfAddressesThatOthersMayReadIsRefused() async throws {
        try shop.write("https://hooks.example/s3cret\n", to: "webhooks")
        try shop.setPermissions(0o644, "webhooks")
        let outcome = try await Program.run(
            "colophon", arguments(["--webhook-file", "webhooks"]), in: shop.folder)
        #expect(outcome.status == 2, "\(outcome.words)")
        #expect(outcome.words.contains("webhooks: is open to others"))
    }

    /// Whoever reads the first lines and goes away ends it: nobody is told any more.
    @Test func aReaderThatGoesAwayEndsIt() async throws {
        let command = arguments(["--watch", "issuer=\(Workshop.berlin)"]).map { "'\($0)'" }.joined(
            separator: " ")
        let program = try Program.url("colophon").path()
        let pipe = try RunningProgram(
            "sh", ["-c", "'\(program)' \(command) | head -n 1"], in: shop.folder)
        // It learns that nobody reads when it has something to say.
        var count = 0
        try await eventually("it ends") {
            count += 1
            try await ledger.register("\(count).jpg")
            return !pipe.isRunning
        }
        let outcome = try await pipe.end()
        #expect(outcome.status == 0, "\(outcome.words)")
        #expect(outcome.output.split(separator: "\n").count == 1)
        // What it did not take is told to the next.
        let next = try start()
        try await eventually("the rest is told") { try events(next.output).count >= 1 }
        #expect(try await next.end(by: SIGTERM).status == 0)
    }
}
