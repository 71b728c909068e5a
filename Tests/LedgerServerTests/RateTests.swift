import Encoding
import Foundation
import HTTPService
import Keys
import LedgerServer
import Provenance
import Synchronization
import TestHTTP
import Testing
import TestLedger

@Suite(.serialized) struct RateTests {
    /// A clock that only the test moves.
    private final class Clock: Sendable {
        private let now = Atomic<UInt64>(1_000_000_000_000)

        @Sendable func read() -> UInt64 { now.load(ordering: .relaxed) }

        func pass(milliseconds: UInt64) {
            now.add(milliseconds * 1_000_000, ordering: .relaxed)
        }
    }

    /// Runs `body` with a server whose issuers have 3 statements and whose addresses have 5
    /// refusals; one of each comes back a second.
    private static func run(
        configure: (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer, Clock) async throws -> Void
    ) async throws {
        let clock = Clock()
        try await TestServer.run {
            $0.limits.issuerRate = 1
            $0.limits.issuerBurst = 3
            $0.limits.refusalRate = 1
            $0.limits.refusalBurst = 5
            $0.monotonicClock = clock.read
            configure(&$0)
        } _: { server in
            try await body(server, clock)
        }
    }

    private static func post(
        _ server: TestServer, _ bytes: [UInt8], from client: String? = nil
    ) async throws -> HTTPAnswer {
        var headers = ["Content-Type": "application/cose"]
        headers["X-Forwarded-For"] = client
        return try await server.send("POST", "/entries", headers: headers, body: bytes)
    }

    @Test func anIssuerGetsItsShareAndRetriesCostNothing() async throws {
        try await Self.run { server, clock in
            let files = try (0..<6).map { try server.fixture.capture("file-\($0)") }
            for file in files[..<3] { #expect(try await Self.post(server, file).status == 201) }
            let refused = try await Self.post(server, files[3])
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "1")
            #expect(refused.problem?.title == "Too Many Requests")
            for file in files[..<3] { #expect(try await Self.post(server, file).status == 200) }
            clock.pass(milliseconds: 999)
            #expect(try await Self.post(server, files[3]).status == 429)
            clock.pass(milliseconds: 1)
            #expect(try await Self.post(server, files[3]).status == 201)
            #expect(try await Self.post(server, files[4]).status == 429)
            // However long the silence, no more than the burst is saved up.
            clock.pass(milliseconds: 3_600_000)
            let more = try (0..<4).map { try server.fixture.capture("more-\($0)") }
            var statuses: [Int] = []
            for file in more { statuses.append(try await Self.post(server, file).status) }
            #expect(statuses == [201, 201, 201, 429])
            let metrics = try await server.send("GET", "/metrics").text
            #expect(metrics.contains("\ncolophon_rate_limited_total{limit=\"issuer\"} "))
        }
    }

    @Test func forgedStatementsDoNotUseUpAnIssuersShare() async throws {
        try await Self.run {
            $0.limits.refusalBurst = 1_000
        } _: { server, _ in
            let stranger = KeyFile.generate(.ed25519)
            for number in 0..<20 {
                let forged = try server.fixture.capture("forged-\(number)", by: stranger)
                #expect(try await Self.post(server, forged).status == 400)
                let signed = try TransparentStatement(
                    server.fixture.capture("damaged-\(number)"))
                var leaf = signed.statement.leaf
                leaf[leaf.count - 1] ^= 1
                let damaged = try TransparentStatement(
                    Statement(leaf: leaf), manifest: signed.manifest
                ).encoded()
                let answer = try await Self.post(server, damaged)
                #expect(answer.problem?.detail.hasPrefix("signature") == true, "\(answer)")
            }
            for number in 0..<3 {
                let file = try server.fixture.capture("file-\(number)")
                #expect(try await Self.post(server, file).status == 201)
            }
        }
    }

    @Test func eachItemOfABatchIsCountedByItself() async throws {
        try await Self.run { server, _ in
            let files = try (0..<5).map { try server.fixture.capture("file-\($0)") }
            let body = files.flatMap { CBOR.bytes($0).encoded() }
            let answer = try await server.send(
                "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"], body: body)
            #expect(answer.status == 200)
            let statuses = try BatchAnswer.all(in: answer.body).map(\.status)
            // Chunks that arrive apart are admitted side by side, so which ones are not said.
            #expect(statuses.sorted() == [201, 201, 201, 429, 429])
        }
    }

    @Test func whoSendsRubbishIsNotListenedToAndNobodyElseSuffers() async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        try await Self.run {
            $0.service.proxies = proxies
            $0.limits.issuerBurst = 100
        } _: { server, clock in
            let known = try server.fixture.capture("known")
            for (attacker, sibling, other) in [
                ("203.0.113.7", "1.1.1.1, 203.0.113.7", "203.0.113.8"),
                ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
                ("203.0.113.17:4711", "203.0.113.17:4712", "203.0.113.18:4711"),
                ("[2001:db8:7::1]:4711", "\"[2001:db8:7::2]\"", "[2001:db8:8::1]:4711"),
                // What is no address is the proxy's own.
                ("unknown", "1.1.1.1, _hidden", "203.0.113.28"),
            ] {
                let file = try server.fixture.capture("file-\(attacker)")
                #expect(try await Self.post(server, known, from: attacker).status < 202)
                for number in 0..<5 {
                    let rubbish = [UInt8](repeating: 0, count: number)
                    #expect(try await Self.post(server, rubbish, from: attacker).status == 400)
                }
                for client in [attacker, sibling] {
                    let refused = try await Self.post(server, file, from: client)
                    #expect(refused.status == 429)
                    #expect(refused["retry-after"] == "1")
                    #expect(try await Self.post(server, known, from: client).status == 200)
                }
                #expect(try await Self.post(server, file, from: other).status == 201)
                clock.pass(milliseconds: 1000)
                let another = try server.fixture.capture("after-\(attacker)")
                #expect(try await Self.post(server, another, from: attacker).status == 201)
            }
        }
    }

    @Test func aRateOfZeroIsNoLimit() async throws {
        try await Self.run {
            $0.limits.issuerRate = 0
            $0.limits.refusalRate = 0
        } _: { server, _ in
            for number in 0..<20 {
                #expect(try await Self.post(server, [UInt8(number)]).status == 400)
                let file = try server.fixture.capture("file-\(number)")
                #expect(try await Self.post(server, file).status == 201)
            }
        }
    }
}
