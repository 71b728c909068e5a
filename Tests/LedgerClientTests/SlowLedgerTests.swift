import Encoding
import HTTPCalls
import LedgerClient
import Merkle
import NIOCore
import Provenance
import Synchronization
import TestPeer
import TestSupport
import Testing

/// A call to a ledger ends, whatever the ledger does.
@Suite(.serialized) struct SlowLedgerTests {
    /// Everything that a client can ask.
    enum Call: CaseIterable {
        case register, registerBatch, controlStatements, consistency, checkpoint, statement,
            transparent

        func run(_ client: LedgerClient, _ body: [UInt8] = [1]) async throws(CallError) {
            let entry = EntryID(ofLeaf: [])
            switch self {
            case .register: _ = try await client.register(body)
            case .registerBatch: try await client.registerBatch([body, body]) { _, _ in }
            case .controlStatements: _ = try await client.controlStatements()
            case .consistency: _ = try await client.consistency(from: 1, to: 2)
            case .checkpoint: _ = try await client.checkpoint()
            case .statement: _ = try await client.statement(entry)
            case .transparent: _ = try await client.transparent(entry)
            }
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
    private static let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// More than a kernel takes for a connection whose other side reads nothing: 32 MiB there,
    /// where it is generous, and 4 MiB here.
    private static let large: [UInt8] = Array(repeating: 0, count: 48 << 20)

    /// What a test is about has a time of its own, in seconds; all else has the test's patience.
    private static var options: CallOptions {
        var options = CallOptions.patient
        // A client that closes waits as long for a handshake that it has begun.
        options.connectTimeout = .seconds(10)
        options.answerTimeout = .seconds(3)
        options.lowestRate = 1 << 20
        options.totalTime = Patience.bound
        options.tries = 1
        return options
    }

    /// What is said where a time is over.
    private static let lateWords = ["no answer in time", "bytes a second", "too long in all"]

    /// Runs `body`, which must fail for want of time; where nothing gave it up, the test would.
    private func expectGivenUp(
        _ conduct: BadServer.Conduct, _ words: String, _ options: CallOptions = options,
        scheme: String = "http",
        _ place: SourceLocation = #_sourceLocation,
        _ body: (LedgerClient) async throws(CallError) -> Void
    ) async throws {
        let server = try await BadServer(conduct)
        let url = try ServiceURL("\(scheme)://\(server.address)")
        await LedgerClient.with(url, options: options) { client in
            do throws(CallError) {
                try await body(client)
                Issue.record("it was answered", sourceLocation: place)
            } catch {
                #expect(error.isTransient, "\(error)", sourceLocation: place)
                // On a machine that is busy, another of the times may be over before.
                let isExpected = ([words] + Self.lateWords).contains { "\(error)".contains($0) }
                #expect(isExpected, "\(error)", sourceLocation: place)
            }
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: Call.allCases)
    func silenceIsNotWaitedForLonger(call: Call) async throws {
        try await expectGivenUp(.init(), "no answer in time") { client throws(CallError) in
            try await call.run(client)
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: Call.allCases)
    func aHeadThatDripsIsGivenUp(call: Call) async throws {
        let conduct = BadServer.Conduct(start: "HTTP/1.1 200 OK\r\nX: ", drip: [0x61])
        try await expectGivenUp(conduct, "no answer in time") { client throws(CallError) in
            try await call.run(client)
        }
    }

    /// TLS begins, and goes no further.
    @Test(
        .timeLimit(.minutes(Patience.minutes)),
        arguments: [[], [0x16, 0x03, 0x03, 0x40, 0x00]] as [[UInt8]])
    func aHandshakeThatNeverEndsIsGivenUp(drip: [UInt8]) async throws {
        try await expectGivenUp(.init(drip: drip), "cannot be reached", scheme: "https") {
            client throws(CallError) in try await Call.register.run(client)
        }
    }

    /// Each is a whole answer, but not to what was asked.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func headsThatOnlyPromiseAnotherAreGivenUp() async throws {
        let conduct = BadServer.Conduct(drip: Array("HTTP/1.1 103 Early Hints\r\n\r\n".utf8))
        try await expectGivenUp(conduct, "no answer in time") { client throws(CallError) in
            try await Call.register.run(client)
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: Call.allCases)
    func anAnswerThatDripsIsGivenUp(call: Call) async throws {
        // A byte string of 60,000 bytes: to a batch, an item that does not end.
        let start = Self.ok + "\u{59}"
        let conduct = BadServer.Conduct(start: start, drip: [0x40])
        try await expectGivenUp(conduct, "bytes a second") { client throws(CallError) in
            try await call.run(client)
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: [400, 404, 500, 503])
    func whyItWasRefusedDoesNotDripForEver(status: Int) async throws {
        let start = "HTTP/1.1 \(status) No\r\nContent-Length: 60000\r\n\r\n"
        let conduct = BadServer.Conduct(start: start, drip: [0x40])
        try await expectGivenUp(conduct, "bytes a second") { client throws(CallError) in
            try await Call.register.run(client)
        }
    }

    /// What is sent goes into buffers until they are full; then nothing moves.
    @Test(
        .timeLimit(.minutes(Patience.minutes)), arguments: [Call.register, .registerBatch],
        ["", endless])
    func aLedgerThatReadsNothingIsGivenUp(call: Call, start: String) async throws {
        let conduct = BadServer.Conduct(start: start, reads: false)
        try await expectGivenUp(conduct, "bytes a second") { client throws(CallError) in
            try await call.run(client, Self.large)
        }
    }

    /// Dripping does not keep an upload alive that is not taken.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aLedgerThatReadsNothingAndDripsIsGivenUp() async throws {
        let drip = Array("1\r\n\u{59}\r\n".utf8)
        let conduct = BadServer.Conduct(start: Self.endless, drip: drip, reads: false)
        try await expectGivenUp(conduct, "bytes a second") { client throws(CallError) in
            try await Call.registerBatch.run(client, Self.large)
        }
    }

    /// Fast enough by the second, and without an end: the call as a whole has one.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func anAnswerWithoutEndEndsWithTheCall() async throws {
        var options = Self.options
        options.lowestRate = 1 << 10
        options.totalTime = .seconds(4)
        let drip = Array("400\r\n".utf8) + Array(repeating: 0x40, count: 1 << 10) + [0x0D, 0x0A]
        let conduct = BadServer.Conduct(start: Self.endless, drip: drip)
        try await expectGivenUp(conduct, "too long in all", options) { client throws(CallError) in
            try await Call.controlStatements.run(client)
        }
    }

    /// Each try fails at once, and there are tries enough.
    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: [Call.register, .registerBatch])
    func triesDoNotGoOnForEver(call: Call) async throws {
        var options = Self.options
        options.totalTime = .seconds(3)
        options.tries = .max
        options.firstDelay = .milliseconds(1)
        options.longestDelay = .milliseconds(20)
        let start = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        let conduct = BadServer.Conduct(start: start, closes: true)
        try await expectGivenUp(conduct, "cannot answer now", options) {
            client throws(CallError) in try await call.run(client)
        }
    }

    /// A wait that the ledger asks for and the call has no time for is not begun.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aWaitBeyondTheEndIsNotBegun() async throws {
        var options = Self.options
        options.totalTime = .seconds(20)
        options.tries = 5
        let start = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 50\r\n\r\n"
        try await expectGivenUp(.init(start: start), "cannot answer now", options) {
            client throws(CallError) in try await Call.register.run(client)
        }
    }

    /// Longer than the patience in all, but never slower than the lowest rate.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoIsSlowButMovesIsWaitedFor() async throws {
        var options = Self.options
        options.lowestRate = 5_000
        let drip = Array(repeating: UInt8(ascii: "A"), count: 1_000)
        let server = try await BadServer(
            .init(start: Self.ok, drip: drip, pause: .milliseconds(60)))
        let start = ContinuousClock.now
        let body = try await LedgerClient.with(
            ServiceURL("http://\(server.address)"), options: options
        ) {
            client in try await client.checkpoint()
        }
        #expect(body.count == 60_000)
        #expect(ContinuousClock.now - start > options.answerTimeout)
    }

    /// What we do with an answer is not held against the ledger.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func ourOwnWorkCostsTheLedgerNothing() async throws {
        // [201, nil, h'00'], twice, with a length that is known.
        let answer: [UInt8] = [0x83, 0x18, 0xC9, 0xF6, 0x41, 0x00]
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(2 * answer.count)\r\n\r\n"
        let server = try await BadServer(.init(start: head, drip: answer))
        let answered = Mutex<Set<Int>>([])
        var options = Self.options
        options.answerTimeout = .seconds(2)
        options.totalTime = .seconds(3)
        try await LedgerClient.with(ServiceURL("http://\(server.address)"), options: options) {
            client in
            try await client.registerBatch([[1], [2]]) { index, _ in
                // Work that takes longer than the ledger has, for both limits.
                try? await pause(atLeast: .milliseconds(2_500))
                answered.withLock { _ = $0.insert(index) }
            }
        }
        #expect(answered.withLock { $0 } == [0, 1])
    }
}
