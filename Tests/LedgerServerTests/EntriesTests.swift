import Encoding
import Foundation
import HTTPService
import Keys
import Ledger
import LedgerServer
import Manifests
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger

@Suite(.serialized) struct EntriesTests {
    @Test func aStatementIsCreatedOnceAndKnownAfterwards() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            let first = try await server.post(file)
            #expect(first.status == 201)
            #expect(first["content-type"] == "application/cose")
            let id = try TransparentStatement(file).statement.id
            #expect(first["location"] == "/prints/entries/\(id)")
            #expect(try Receipt(first.body).treeSize == 4)
            let again = try await server.send(
                "POST", "/prints/entries",
                headers: ["Content-Type": "application/scitt-statement+cose; x=y"], body: file)
            #expect(again.status == 200)
            #expect(again["location"] == first["location"])
            #expect(server.fixture.ledger.head().size == 4)
        }
    }

    @Test func aKnownStatementNeedsNoManifest() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            let leaf = try TransparentStatement(file).statement.leaf
            let early = try await server.post(leaf)
            #expect(early.status == 400)
            #expect(early.problem?.title == "Payload Missing")
            _ = try await server.post(file)
            #expect(try await server.post(leaf).status == 200)
        }
    }

    @Test func otherContentTypesAreNotTaken() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            for type in ["application/json", "application/cose-x", "", "text/html"] {
                let answer = try await server.send(
                    "POST", "/entries", headers: ["Content-Type": type], body: file)
                #expect(answer.status == 415, "\(type)")
                #expect(answer.problem?.title == "Unsupported Media Type")
            }
            #expect(try await server.send("POST", "/entries", body: file).status == 415)
            let encoded = try await server.send(
                "POST", "/entries",
                headers: ["Content-Type": "application/cose", "Content-Encoding": "gzip"],
                body: file)
            #expect(encoded.status == 415)
        }
    }

    /// Every refusal that one statement can meet, with its status and a word of its detail.
    @Test func eachRefusalNamesTheFieldAndTheRule() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let stranger = KeyFile.generate(.ed25519)
            let claimID = randomBytes()
            let tomorrow = SystemClock.seconds() + 90_000
            let first = try fixture.capture("conflict", claimID: claimID)
            let firstID = try TransparentStatement(first).statement.id
            #expect(try await server.post(first).status == 201)
            let good = try fixture.capture("a")
            let statement = try TransparentStatement(good).statement
            let other = try #require(try TransparentStatement(fixture.capture("b")).manifest)
            let cases: [(String, [UInt8], Int, String)] = [
                ("empty", [], 400, ""),
                ("garbage", Array("hello".utf8), 400, ""),
                ("trailing", good + [0], 400, "follow"),
                ("unknown key", try fixture.capture("a", by: stranger), 400, "kid"),
                (
                    "issuer", try fixture.capture("a", issuer: "https://pops.example/paris"), 400,
                    "iss"
                ),
                ("future", try fixture.capture("a", issuedAt: tomorrow), 400, "iat"),
                ("audience", try fixture.capture("a", audience: "other.example"), 400, "aud"),
                (
                    "other manifest",
                    try TransparentStatement(statement, manifest: nil).encoded()
                        .withManifest(other), 400, ""
                ),
                ("signature", try good.withSignatureOfZeros(), 400, "signature"),
                ("conflict", try fixture.capture("again", claimID: claimID), 409, "\(firstID)"),
            ]
            for (name, body, status, word) in cases {
                let answer = try await server.post(body)
                #expect(answer.status == status, "\(name)")
                let detail = answer.problem?.detail ?? ""
                #expect(!detail.isEmpty, "\(name)")
                #expect(word.isEmpty || detail.contains(word), "\(name): \(detail)")
            }
            #expect(fixture.ledger.head().size == 4)
        }
    }

    @Test func aControlStatementOutOfTurnNamesTheNewest() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            let change = KeyManifest(
                .add, coseKey: Text(KeyFile.generate(.es256).publicKey.string),
                issuer: "https://ci.example", roles: [.ci], notBefore: 0)
            let manifests = try (0..<2).map { _ in
                try change.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
            }
            let both = try manifests.map { try fixture.control($0) }
            #expect(try await server.post(both[0]).status == 201)
            let late = try await server.post(both[1])
            #expect(late.status == 409)
            let newest = try Statement(leaf: both[0]).id
            #expect(late.problem?.detail.contains("\(newest)") == true)
        }
    }

    @Test func sizesAreLimitedWhereverTheyShow() async throws {
        try await TestServer.run { server in
            let limit = LedgerLimits().statementBytes
            let declared = try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/entries",
                    headers: ["Content-Type": "application/cose", "Content-Length": "\(limit + 1)"])
                return try await connection.answer()
            }
            #expect(declared.status == 413)
            #expect(declared["connection"] == "close")
            let streamed = try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/entries",
                    headers: ["Content-Type": "application/cose", "Transfer-Encoding": "chunked"])
                for _ in 0..<(limit / 65_536 + 1) {
                    try await connection.sendChunk(Array(repeating: 0, count: 65_536))
                }
                return try await connection.answer()
            }
            #expect(streamed.status == 413)
            #expect(streamed.problem?.title == "Content Too Large")
            let manifest = [UInt8](repeating: 0x20, count: 256 * 1024 + 1)
            let file = try TransparentStatement(server.fixture.capture("a")).statement
            let heavy = try await server.post(
                TransparentStatement(file, manifest: nil).encoded().withManifest(manifest))
            #expect(heavy.status == 413)
            #expect(heavy.problem?.detail.contains("manifest") == true)
        }
    }

    @Test(arguments: [1, 3, 64])
    func manyClientsAtOnceAllGetTheirReceiptsHoweverManyAreRegisteredTogether(
        atMost count: Int
    ) async throws {
        try await TestServer.run {
            $0.limits.arrivalItems = count
        } _: { server in
            let files = try (0..<64).map { try server.fixture.capture("file-\($0)") }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for file in files + files {
                    group.addTask { try await server.post(file).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 64)
            #expect(statuses.filter { $0 == 200 }.count == 64)
            #expect(server.fixture.ledger.head().size == 67)
        }
    }
}

extension [UInt8] {
    /// The statement with these bytes as its manifest, whatever they are.
    func withManifest(_ manifest: [UInt8]) throws -> [UInt8] {
        let message = try COSESign1.decode(self)
        return rewritten(message, unprotected: [(-65540, .bytes(manifest))])
    }

    /// The statement with a signature that is none.
    func withSignatureOfZeros() throws -> [UInt8] {
        let message = try COSESign1.decode(self)
        let zeros = [UInt8](repeating: 1, count: message.signature.count)
        return CBOR.tagged(
            18,
            .array([
                .bytes(message.protected), .map(message.unprotected),
                message.payload.map { .bytes($0) } ?? .null, .bytes(zeros),
            ])
        ).encoded()
    }

    private func rewritten(_ message: COSESign1, unprotected: [(CBORLabel, CBOR)]) -> [UInt8] {
        CBOR.tagged(
            18,
            .array([
                .bytes(message.protected), .map(CBORMap(unprotected)),
                message.payload.map { .bytes($0) } ?? .null, .bytes(message.signature),
            ])
        ).encoded()
    }
}

extension Statement {
    /// The payload: the manifest's digest.
    var payloadBytes: [UInt8] {
        (try? COSESign1.decode(leaf).payload) ?? []
    }
}
