import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import Merkle
import Provenance
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// What a batch answers about names of entries (http.md §3).
@Suite(.serialized) struct QuestionTests {
    private static func ask(
        _ server: TestServer, _ items: [[UInt8]], from client: String? = nil
    ) async throws -> [BatchAnswer] {
        var headers = ["Content-Type": "application/cbor-seq"]
        headers["X-Forwarded-For"] = client
        let answer = try await server.send(
            "POST", "/batch", headers: headers,
            body: items.flatMap { CBOR.bytes($0).encoded() })
        #expect(answer.status == 200)
        return try BatchAnswer.all(in: answer.body)
    }

    private static func id(_ file: [UInt8]) throws -> [UInt8] {
        try TransparentStatement(file).statement.id.hash.bytes
    }

    @Test func questionsAndStatementsAreAnsweredInOrder() async throws {
        try await TestServer.run { server in
            let files = try (0..<3).map { try server.fixture.capture("file-\($0)") }
            let receipt = try await server.post(files[0]).body
            let ids = try files.map(Self.id)
            let answers = try await Self.ask(server, [ids[0], files[1], ids[2], [1, 2]])
            #expect(answers.map(\.status) == [200, 201, 404, 400])
            #expect(answers.map(\.id) == [ids[0], ids[1], ids[2], nil])
            let newer = try #require(answers[0].content.bytesValue)
            #expect(try Receipt(newer).origin == Receipt(receipt).origin)
            #expect(HTTPAnswer.problem(answers[2].content)?.title == "Not Found")
        }
    }

    @Test func aQuestionChangesNothing() async throws {
        try await TestServer.run { server in
            let size = server.fixture.ledger.head().size
            let unknown = [UInt8](repeating: 7, count: 32)
            let answers = try await Self.ask(server, Array(repeating: unknown, count: 600))
            #expect(answers.map(\.status) == Array(repeating: 404, count: 600))
            #expect(server.fixture.ledger.head().size == size)
        }
    }

    @Test func bytesThatAreNearlyANameAreAskedAboutByNobody() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            _ = try await server.post(file)
            let id = try Self.id(file)
            let answers = try await Self.ask(server, [Array(id.dropLast()), id + [0]])
            #expect(answers.map(\.status) == [400, 400])
        }
    }

    @Test func anEntryWithoutAServedHeadIsAnsweredAsItsStatementWouldBe() async throws {
        let group = try WitnessGroup()
        let policy = try group.policy()
        try await TestServer.run(ledger: { options in
            options.witnessPolicy = policy
            options.requiresQuorum = true
            options.quorumWait = .milliseconds(50)
        }) { server in
            let file = try server.fixture.capture("a")
            #expect(try await server.post(file).status == 202)
            let id = try Self.id(file)
            let waiting = try await Self.ask(server, [id])
            #expect(waiting.map(\.status) == [202] && waiting[0].id == id)
            #expect(waiting[0].content == .null)
            try group.cosign(server.fixture.ledger.head(), in: server.fixture.ledger)
            let published = try await Self.ask(server, [id])
            #expect(published.map(\.status) == [200])
            #expect(try Receipt(published[0].content.bytesValue ?? []).treeSize == 4)
        }
    }

    @Test func questionsHaveTheirOwnShareForEachAddress() async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        try await TestServer.run {
            $0.service.proxies = proxies
            $0.limits.questionRate = 1
            $0.limits.questionBurst = 3
            $0.limits.issuerRate = 1
            $0.limits.issuerBurst = 1
            $0.monotonicClock = { 1_000_000_000_000 }
        } _: { server in
            let file = try server.fixture.capture("a")
            let id = [UInt8](repeating: 7, count: 32)
            // Four questions, and then the one statement that the issuer has a token for.
            let items = Array(repeating: id, count: 4) + [file]
            let answers = try await Self.ask(server, items, from: "203.0.113.7")
            #expect(answers.map(\.status).sorted() == [201, 404, 404, 404, 429])
            let refused = try #require(answers.first { $0.status == 429 })
            #expect(refused.id == id)
            #expect(HTTPAnswer.problem(refused.content)?.title == "Too Many Requests")
            let others = try await Self.ask(server, [id], from: "203.0.113.8")
            #expect(others.map(\.status) == [404])
        }
    }

    @Test(arguments: ["application/cbor-seq", "text/plain"])
    func theAnswerSaysThatABodyMayBeGzip(type: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "POST", "/batch", headers: ["Content-Type": type], body: [])
            #expect(answer["accept-encoding"] == (answer.status == 200 ? "gzip" : nil))
        }
    }
}
