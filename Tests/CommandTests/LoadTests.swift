import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What strangers can do to a ledger with nothing but connections: less than it takes to be in
/// anybody's way.
@Suite(.serialized) struct LoadTests {
    /// KiB that the process may have taken at any moment.
    static let memoryLimit = 300 << 10

    /// A ledger with a PoP, and records that are not submitted yet.
    static func run(
        _ flags: [String] = [], records: Int = 0, environment: [String: String] = [:],
        _ body: (LedgerProcess, Int) async throws -> Void
    ) async throws {
        let shop = try await Workshop()
        let ledger = try await LedgerProcess(
            in: shop, serve: flags, environment: environment)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        let names = (0..<records).map { "work-\($0).txt" }
        for name in names { try shop.write(name, to: name) }
        if records > 0 {
            let signed = try await Program.run(
                "colophon",
                ["sign", "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "A"]
                    + ["--title", "T"] + names, in: shop.folder)
            try #require(signed.status == 0, "\(signed.words)")
        }
        let port = try #require(URL(string: ledger.address)?.port)
        try await body(ledger, port)
        #expect(try ledger.memory("VmHWM") < memoryLimit)
        #expect(try await ledger.stop() == 0)
    }

    /// Submits one record on a new connection; returns the status and the seconds it took.
    private static func submit(
        _ number: Int, to ledger: LedgerProcess
    ) async throws -> (status: Int, seconds: Double) {
        let session = URLSession(configuration: .ephemeral)
        defer { session.invalidateAndCancel() }
        var request = URLRequest(url: try #require(URL(string: "\(ledger.address)/entries")))
        request.httpMethod = "POST"
        request.setValue("application/cose", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(try ledger.shop.bytes("work-\(number).txt.colophon"))
        let start = ContinuousClock.now
        let (_, response) = try await session.data(for: request)
        let status = try #require(response as? HTTPURLResponse).statusCode
        return (status, (ContinuousClock.now - start) / .seconds(1))
    }

    /// Expects that a record is entered within a few seconds, and prints how it went.
    static func expectService(
        _ number: Int, _ ledger: LedgerProcess, within seconds: Double = 10, amid words: String
    ) async throws {
        let answer = try await submit(number, to: ledger)
        #expect(answer.status == 201, "\(words)")
        #expect(answer.seconds < seconds, "\(words)")
        let now = try ledger.memory("VmRSS") >> 10
        let most = try ledger.memory("VmHWM") >> 10
        print(
            "load: \(words): a record took \(Int(answer.seconds * 1000)) ms;",
            "\(now) MiB, at most \(most) MiB")
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func twoThousandIdleConnectionsAreNoBurden() async throws {
        try await Self.run(records: 1) { ledger, port in
            let before = try ledger.memory("VmRSS")
            let crowd = try await Crowd(
                2_000, port: port, greeting: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually("all are answered") { crowd.tally.answers[200] == 2_000 }
            #expect(crowd.tally.answers == [200: 2_000])
            let each = (try ledger.memory("VmRSS") - before) / 2_000
            #expect(each < 100, "\(each) KiB a connection")
            try await Self.expectService(
                0, ledger, amid: "2,000 idle connections, \(each) KiB each")
            #expect(crowd.tally.ended == 0)
            await crowd.leave()
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoSendsByteByByteIsNoBurden() async throws {
        try await Self.run(records: 2) { ledger, port in
            let headers = try await Crowd(1_000, port: port)
            headers.say("GET /healthz HTTP/1.1\r\nX-Slow: ")
            let bodies = try await Crowd(500, port: port)
            bodies.say(
                "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
                    + "Content-Length: 300000\r\n\r\n")
            let chunks = try await Crowd(500, port: port)
            chunks.say(
                "POST /batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor-seq\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<10 {
                headers.say("a")
                bodies.say("a")
                chunks.say("1\r\n\u{5A}\r\n")
                try await pause(atLeast: .milliseconds(200))
            }
            try await Self.expectService(0, ledger, amid: "2,000 connections byte by byte")
            for crowd in [headers, bodies, chunks] { await crowd.leave() }
            try await Self.expectService(1, ledger, amid: "the same, gone")
        }
    }

    /// Each of these batches holds an item of 340,000 bytes that is nearly complete: together more
    /// than twice the memory for bodies.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func unfinishedBatchesTakeNoMoreThanThereIs() async throws {
        try await Self.run(records: 2) { ledger, port in
            let crowd = try await Crowd(
                2_000, port: port,
                greeting: "POST /batch HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Type: application/cbor-seq\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\n\u{5A}\u{00}\u{05}\u{30}\u{20}\r\n",
                addresses: 8)
            let part = String(repeating: "a", count: 17_000)
            for _ in 0..<19 {
                crowd.say("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
                try await pause(atLeast: .milliseconds(200))
            }
            try await Self.expectService(0, ledger, amid: "2,000 unfinished batches")
            try await eventually("batches that found no room end") { crowd.tally.ended > 0 }
            await crowd.leave()
            try await Self.expectService(1, ledger, amid: "the same, gone")
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoOnlyHoldsAPlaceGivesItToWhoWaits() async throws {
        try await Self.run(["--max-connections", "200"], records: 1) { ledger, port in
            let crowd = try await Crowd(600, port: port)
            crowd.say("GET /healthz HTTP/1.1\r\nX-Slow: ")
            try await Self.expectService(
                0, ledger, within: 30, amid: "600 connections where 200 may be")
            #expect(crowd.tally.ended > 0)
            await crowd.leave()
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func floodsOfStatementsAreAnsweredCheaplyOrNotAtAll() async throws {
        try await Self.run(records: 3) { ledger, port in
            func post(_ body: [UInt8]) -> [UInt8] {
                Array(
                    ("POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
                        + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
            }
            let first = try await Self.submit(2, to: ledger)
            #expect(first.status == 201)
            let known = try ledger.shop.bytes("work-2.txt.colophon")
            var rubbish = known
            rubbish[rubbish.count - 1] ^= 1
            for (number, (words, body)) in [
                ("refused statements", rubbish), ("duplicates", known),
            ].enumerated() {
                let crowd = try await Crowd(32, port: port)
                let request = post(body)
                for _ in 0..<40 {
                    for _ in 0..<4 { crowd.say(request) }
                    try await pause(atLeast: .milliseconds(25))
                }
                try await Self.expectService(number, ledger, amid: "a flood of \(words)")
                let expected: Set = number == 0 ? [400, 429] : [200]
                try await eventually("the flood is answered") {
                    crowd.tally.answers.count >= expected.count
                }
                let answers = crowd.tally.answers
                print("load: a flood of \(words): \(answers)")
                #expect(Set(answers.keys) == expected, "\(words)")
                await crowd.leave()
            }
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func aFloodOfReadsDoesNotKeepStatementsWaiting() async throws {
        try await Self.run(records: 10) { ledger, port in
            let crowd = try await Crowd(64, port: port)
            let reads = String(
                repeating: "GET /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n", count: 100)
            // As much as the server takes: who has not been answered waits.
            let flood = Task {
                while true {
                    crowd.say(reads)
                    try await pause(atLeast: .milliseconds(5))
                }
            }
            defer { flood.cancel() }
            for number in 0..<10 {
                try await Self.expectService(number, ledger, amid: "a flood of reads")
            }
            let answers = crowd.tally.answers
            print("load: a flood of reads: \(answers)")
            #expect(Set(answers.keys) == [200])
            await crowd.leave()
        }
    }

    /// Requests are longer in memory than on the line.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoAsksAheadAndTakesNothingHoldsLittle() async throws {
        try await Self.run(records: 2) { ledger, port in
            for (number, path) in ["/checkpoint", "/control"].enumerated() {
                let crowd = try await Crowd(2_000, port: port, reads: false)
                let requests = String(
                    repeating: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", count: 2_000)
                for _ in 0..<20 {
                    crowd.say(requests)
                    try await pause(atLeast: .milliseconds(100))
                }
                try await Self.expectService(
                    number, ledger, amid: "2,000 that ask for \(path) and take nothing")
                await crowd.leave()
            }
        }
    }

    /// What a client sent before it closed its half of the connection is read at once.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoLeavesRequestsBehindHoldsLittle() async throws {
        try await Self.run(records: 1) { ledger, port in
            let requests = String(
                repeating: "GET /control HTTP/1.1\r\nHost: a\r\n\r\n", count: 2_000)
            let crowd = try await Crowd(1_000, port: port, greeting: requests, reads: false)
            try await pause(atLeast: .seconds(2))
            crowd.finishSending()
            try await pause(atLeast: .seconds(2))
            try await Self.expectService(
                0, ledger, amid: "1,000 that left 2,000 requests each")
            await crowd.leave()
        }
    }

    /// Each of these items is one byte.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func refusalsThatNobodyTakesAreCounted() async throws {
        try await Self.run(records: 2) { ledger, port in
            let items = String(repeating: "@", count: 4_000)
            let crowd = try await Crowd(
                2_000, port: port,
                greeting: "POST /batch HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Type: application/cbor-seq\r\nContent-Length: 5000\r\n\r\n"
                    + items, reads: false, addresses: 8)
            try await pause(atLeast: .seconds(4))
            try await Self.expectService(0, ledger, amid: "2,000 batches of 4,000 empty items")
            await crowd.leave()
            try await Self.expectService(1, ledger, amid: "the same, gone")
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whatNeverEndsIsCutOffWithoutBeingKept() async throws {
        try await Self.run(records: 1) { ledger, port in
            let block = String(repeating: "a", count: 64 << 10)
            let chunk = "10000\r\n\(block)\r\n"
            let head = "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
            let batch = "POST /batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor-seq\r\n"
            let chunked = "Transfer-Encoding: chunked\r\n\r\n"
            // A byte string of 2^40 bytes begins the batch.
            let item = "9\r\n\u{5B}\u{0}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\r\n"
            for (words, first, more, statuses) in [
                ("request lines", "GET /", block, [400, 431]),
                ("headers", "GET / HTTP/1.1\r\nX-Long: ", block, [431]),
                ("bodies", head + chunked, chunk, [413]),
                ("batches", batch + chunked + item, chunk, [200]),
            ] {
                let crowd = try await Crowd(20, port: port)
                crowd.say(first)
                for _ in 0..<100 {
                    crowd.say(more)
                    try await pause(atLeast: .milliseconds(10))
                }
                try await eventually("what never ends is answered") {
                    !crowd.tally.answers.isEmpty
                }
                let answers = crowd.tally.answers
                #expect(Set(answers.keys).isSubset(of: statuses), "\(words)")
                print("load: \(words) without end: \(answers), \(crowd.tally.ended) ended")
                await crowd.leave()
            }
            let crowd = try await Crowd(20, port: port, reads: false)
            let requests = String(
                repeating: "GET /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n", count: 500)
            for _ in 0..<100 {
                crowd.say(requests)
                try await pause(atLeast: .milliseconds(10))
            }
            try await Self.expectService(
                0, ledger, amid: "requests without end whose answers nobody reads")
            await crowd.leave()
        }
    }
}
