import Encoding
import Foundation
import IndexMap
import Ledger
import LedgerStore
import Merkle
import Provenance
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// `GET /index` and `GET /complete` (http.md §10).
@Suite(.serialized) struct IndexRoutesTests {
    private static let digest = Hash.sha256(Array("a".utf8))

    /// Runs `body` with a server whose newest index head covers the work "a".
    private static func run(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run(ledger: { options in
            options.index = .on
            options.indexInterval = .zero
        }) { server in
            _ = try await server.location(of: "a")
            try await eventually("an index head covers it") {
                let listed = try server.fixture.ledger.complete(
                    [.artifact(digest)], positions: 0..<9)
                return listed.map { proof in
                    let head = proof.head.head
                    let listing = try? proof.proofs[0].listing(under: head.map, size: head.size)
                    return listing?.count == 1
                } ?? false
            }
            try await body(server)
        }
    }

    @Test func theNewestIndexHeadIsThereWithItsReceipt() async throws {
        try await Self.run { server in
            let answer = try await server.send("GET", "/index")
            #expect(answer.status == 200)
            let head = try TransparentIndexHead(answer.body)
            #expect(head.receipts.count == 1)
            let tag = try #require(answer["etag"])
            #expect(tag.contains("\(head.head.id)"))
            // It is an entry as others are, and no statement.
            let entry = "/entries/\(head.head.id)"
            let file = try await server.send("GET", entry + "/transparent")
            #expect(try TransparentIndexHead(file.body).head == head.head)
            #expect(try await server.send("GET", entry + "/statement").body == head.head.leaf)
            #expect(try await server.send("GET", entry + "/manifest").status == 404)
        }
    }

    @Test func aNameIsProvenOrProvenAbsent() async throws {
        try await Self.run { server in
            let sub = "urn:example:a"
            let iss = "\(LedgerFixture.berlin)"
            for (query, count) in [
                ("sha256=\(Self.digest)", 1), ("sub=\(sub)", 1), ("iss=\(iss)", 1),
                ("sha256=" + String(repeating: "ab", count: 32), 0),
                ("title=https://pops.example/berlin/drop&serial=7", 0),
            ] {
                let answer = try await server.send("GET", "/complete?\(query)")
                #expect(answer.status == 200, "\(query)")
                let proof = try CompleteProof(answer.body)
                let head = proof.head.head
                let listing = try proof.proofs[0].listing(under: head.map, size: head.size)
                #expect(listing.count == UInt64(count), "\(query)")
                #expect(listing.isWhole)
            }
        }
    }

    @Test func aQuestionThatNamesNothingIsRefused() async throws {
        try await Self.run { server in
            for query in [
                "", "?sha256=ab", "?sub=urn:a&iss=urn:b", "?sub=no%20URI", "?sub=urn:a&serial=1",
                "?sub=urn:a&limit=0", "?title=a%23b", "?other=1",
            ] {
                let answer = try await server.send("GET", "/complete\(query)")
                #expect(answer.status == 400, "\(query)")
            }
        }
    }

    /// Each limit is named, with its field and its rule; nothing is computed before.
    @Test func aHostileNameIsRefusedByItsField() async throws {
        let long = String(repeating: "a", count: 256)
        try await Self.run { server in
            for (query, field) in [
                ("sha256=\(String(repeating: "AB", count: 32))", "sha256"),
                ("sha256=\(String(repeating: "0", count: 66))", "sha256"), ("sha256=", "sha256"),
                ("sub=", "sub"), ("sub=urn:\(long)", "sub"), ("sub=%00", "sub"),
                ("sub=urn:%C3%A9", "sub"), ("iss=urn:\(long)", "iss"),
                ("title=\(long)&serial=1", "title"), ("title=urn:a&serial=10000001", "title"),
                ("title=urn:a&serial=-1", "serial"), ("title=urn:a&serial=x", "serial"),
                ("sub=urn:a&from=-1", "from"), ("sub=urn:a&from=18446744073709551616", "from"),
                ("sub=urn:a&limit=0", "limit"), ("sub=urn:a&limit=99999999999999999999", "limit"),
                ("sub=urn:a&sub=urn:b", "sub"), ("sub=urn:a&map=1", "query"),
            ] {
                let answer = try await server.send(
                    "GET", "/complete?\(query)", headers: ["Accept": "application/json"])
                #expect(answer.status == 400, "\(query)")
                let body = String(decoding: answer.body, as: UTF8.self)
                #expect(body.contains("\(field):") || body.contains("\"\(field)\""), "\(body)")
            }
        }
    }

    /// What is asked for beyond the ends is not there: the proof says how many there are.
    @Test func positionsBeyondTheEndAreNoError() async throws {
        try await Self.run { server in
            let works = try (0..<70).map { try server.fixture.capture("work \($0)") }
            for answer in await server.fixture.ledger.register(works) {
                #expect(answer.refusal == nil)
            }
            let name = "iss=\(LedgerFixture.berlin)"
            func listing(_ query: String) async throws -> IndexListing? {
                let answer = try await server.send("GET", "/complete?\(name)&\(query)")
                guard answer.status == 200 else { return nil }
                let proof = try CompleteProof(answer.body)
                let head = proof.head.head
                return try proof.proofs[0].listing(under: head.map, size: head.size)
            }
            try await eventually("all are listed") { try await listing("limit=1")?.count == 71 }
            for query in ["from=71", "from=9223372036854775807&limit=4096"] {
                let none = try #require(try await listing(query))
                #expect(none.count == 71 && none.runs.isEmpty, "\(query)")
            }
            let last = try #require(try await listing("from=70&limit=9223372036854775807"))
            #expect(last.runs.map(\.from) == [70] && last.runs[0].indexes.count == 1)
            let all = try #require(try await listing("limit=9223372036854775807"))
            #expect(all.isWhole)
        }
    }

    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        try await TestServer.run { server in
            for path in ["/index", "/complete?sub=urn:a"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 404, "\(path)")
            }
        }
    }
}
