import Encoding
import HTTPCalls
import LedgerClient
import Merkle
import Provenance
import Synchronization
import TestPeer
import TestSupport
import Testing

/// One request with statements and questions, sent once (http.md §3).
@Suite struct DeliveryTests {
    private static let ids = (0..<3).map { EntryID(Hash.leaf([UInt8($0)])) }

    private static func answer(_ status: UInt64, _ id: EntryID?, _ content: CBOR) -> [UInt8] {
        CBOR.array([.unsigned(status), id.map { .bytes($0.hash.bytes) } ?? .null, content])
            .encoded()
    }

    private static func problem(_ detail: String) -> CBOR {
        .map(CBORMap([(-2, .text(Text(detail)))]))
    }

    /// Delivers two statements and a question, and returns the answers by their places.
    private static func deliver(
        _ answer: StubServer.Answer, gzip: Bool = false
    ) async throws -> (answers: [Int: DeliveryAnswer], end: DeliveryEnd) {
        let answers = Mutex<[Int: DeliveryAnswer]>([:])
        let end = try await StubServer.run(answering: { _ in answer }) { server in
            await LedgerClient.with(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: .patient
            ) { client in
                await client.deliver(
                    [
                        .statement([1, 2, 3], ids[0]), .question(ids[1]),
                        .statement([4, 5, 6], ids[2]),
                    ], gzip: gzip
                ) { index, answer in
                    answers.withLock { $0[index] = answer }
                }
            }
        }
        return (answers.withLock { $0 }, end)
    }

    @Test func eachItemGetsItsAnswer() async throws {
        let body =
            Self.answer(201, Self.ids[0], .bytes([7]))
            + Self.answer(404, Self.ids[1], Self.problem("no such entry"))
            + Self.answer(400, Self.ids[2], Self.problem("iss: is another"))
        let (answers, end) = try await Self.deliver(
            .whole(200, ["Accept-Encoding": "br, gzip;q=0.5"], body))
        #expect(answers[0] == .accepted(.registered(receipt: [7])))
        #expect(answers[1] == .unknown)
        guard case .refused(let problem)? = answers[2] else {
            Issue.record("\(answers)")
            return
        }
        #expect(problem.status == 400 && problem.detail == "iss: is another")
        #expect(end.answered == 3 && end.failure == nil && end.takesGzip == true)
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("gzip;q=0", false), ("gzip;q=0.0", false), ("br", false),
        ("", false),
    ])
    func whatAnAcceptEncodingAllows(field: String, takes: Bool) async throws {
        let (_, end) = try await Self.deliver(.whole(200, ["Accept-Encoding": field]))
        #expect(end.takesGzip == takes)
    }

    /// The answer breaks off in the middle of its second item.
    @Test func whatWasAnsweredBeforeABreakCounts() async throws {
        let body =
            Self.answer(200, Self.ids[0], .bytes([7])) + Self.answer(202, Self.ids[1], .null)
        let head = "HTTP/1.1 200 OK\r\nAccept-Encoding: gzip\r\nContent-Length: 900\r\n\r\n"
        let (answers, end) = try await Self.deliver(
            .broken(Array(head.utf8) + body.dropLast(3)))
        #expect(answers == [0: .accepted(.known(receipt: [7]))])
        #expect(end.answered == 1 && end.takesGzip == true)
        guard case .unreachable? = end.failure else {
            Issue.record("\(end)")
            return
        }
    }

    @Test func anItemThatIsToBeSentLaterIsNotAnswered() async throws {
        let body =
            Self.answer(503, Self.ids[0], Self.problem("ledger: has too much to do"))
            + Self.answer(202, Self.ids[1], .null) + Self.answer(202, Self.ids[2], .null)
        let (answers, end) = try await Self.deliver(.whole(200, [:], body))
        #expect(answers.keys.sorted() == [1, 2] && end.answered == 2)
        guard case .unavailable(let problem)? = end.failure else {
            Issue.record("\(end)")
            return
        }
        #expect(problem.status == 503)
    }

    /// A fault of the whole body says nothing about the item where it was found.
    @Test(
        arguments: ([
            answer(400, nil, problem("body: was cut in item 0")),
            answer(201, ids[1], .bytes([7])), answer(201, nil, .bytes([7])),
            answer(404, ids[2], problem("none")), [0xFF], [0x00],
        ] as [[UInt8]]).map { ShownBytes($0) })
    func whatIsNoAnswerToTheFirstItemIsNone(body: ShownBytes) async throws {
        let (answers, end) = try await Self.deliver(.whole(200, [:], body.bytes))
        #expect(answers.isEmpty && end.answered == 0 && end.failure != nil)
    }

    @Test func connectionsAndBytesAreCounted() async throws {
        let traffic = CallTraffic()
        var options = CallOptions.patient
        options.traffic = traffic
        let counted = options
        let requests = try await StubServer.run(answering: { _ in .whole(200, [:], [0xF6]) }) {
            server in
            try await LedgerClient.with(
                ServiceURL("http://127.0.0.1:\(server.port)"), options: counted
            ) { client in
                for _ in 0..<2 { _ = try await client.checkpoint() }
            }
            return server.requests.count
        }
        #expect(requests == 2 && traffic.connections == 1)
        let answer = "HTTP/1.1 200 Stub\r\nContent-Length: 1\r\n\r\n?"
        #expect(traffic.received == 2 * answer.utf8.count)
        #expect(traffic.sent > 2 * "GET /checkpoint HTTP/1.1\r\n\r\n".utf8.count)
    }
}
