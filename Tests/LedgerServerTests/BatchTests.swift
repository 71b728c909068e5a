import Compression
import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct BatchTests {
    private static let headers = ["Content-Type": "application/cbor-seq"]

    private static func sequence(_ statements: [[UInt8]]) -> [UInt8] {
        statements.flatMap { CBOR.bytes($0).encoded() }
    }

    private static func ids(_ statements: [[UInt8]]) throws -> [[UInt8]] {
        try statements.map { try TransparentStatement($0).statement.id.hash.bytes }
    }

    @Test func answersComeInTheOrderOfTheItems() async throws {
        try await TestServer.run { server in
            let files = try (0..<600).map { try server.fixture.capture("file-\($0)") }
            let answer = try await server.send(
                "POST", "/batch", headers: Self.headers, body: Self.sequence(files))
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/cbor-seq")
            let items = try BatchAnswer.all(in: answer.body)
            #expect(items.map(\.status) == Array(repeating: 201, count: 600))
            #expect(items.map(\.id) == (try Self.ids(files)))
            var last: UInt64 = 2
            for item in items {
                let index = try #require(try Self.index(item))
                #expect(index == last + 1)
                last = index
            }
        }
    }

    private static func index(_ item: BatchAnswer) throws -> UInt64? {
        guard case .inclusion(let proof) = try Receipt(item.content.bytesValue ?? []).proof else {
            return nil
        }
        return proof.leafIndex
    }

    @Test func oneBadItemFailsAlone() async throws {
        try await TestServer.run { server in
            let good = try (0..<4).map { try server.fixture.capture("file-\($0)") }
            let huge = [UInt8](repeating: 0, count: LedgerLimits().statementBytes + 1)
            let mixed = [good[0], [1, 2, 3], good[1], huge, [], good[0], good[2], good[3]]
            let answer = try await server.send(
                "POST", "/prints/batch", headers: Self.headers, body: Self.sequence(mixed))
            let items = try BatchAnswer.all(in: answer.body)
            #expect(items.map(\.status) == [201, 400, 201, 413, 400, 200, 201, 201])
            #expect(items[1].id == nil)
            #expect(HTTPAnswer.problem(items[3].content)?.title == "Content Too Large")
            #expect(server.fixture.ledger.head().size == 7)
        }
    }

    @Test func anEmptyBatchHasNoAnswers() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "POST", "/batch", headers: Self.headers, body: [])
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func answersComeWhileTheBodyIsStillBeingSent() async throws {
        try await TestServer.run { server in
            let files = try (0..<3).map { try server.fixture.capture("file-\($0)") }
            try await Connection.open(port: server.port) { connection in
                var headers = Self.headers
                headers["Transfer-Encoding"] = "chunked"
                try await connection.send("POST", "/batch", headers: headers)
                #expect(try await connection.head().status == 200)
                for file in files {
                    try await connection.sendChunk(Self.sequence([file]))
                    let chunk = try #require(try await connection.chunk())
                    #expect(try BatchAnswer.all(in: chunk).map(\.status) == [201])
                }
                try await connection.send("0\r\n\r\n")
                #expect(try await connection.chunk() == nil)
                // The connection is as good as before.
                try await connection.send("GET", "/healthz")
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test func aClientMaySendEverythingBeforeItReads() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            let body = Self.sequence(Array(repeating: file, count: 4096))
            let answer = try await server.send(
                "POST", "/batch", headers: Self.headers, body: body)
            let items = try BatchAnswer.all(in: answer.body)
            #expect(items.count == 4096)
            #expect(items.allSatisfy { $0.status == 200 || $0.status == 201 })
            #expect(server.fixture.ledger.head().size == 4)
        }
    }

    @Test(arguments: [false, true])
    func aCutBodyHasRegisteredWhatCameBefore(isHalfClosed: Bool) async throws {
        try await TestServer.run { server in
            let files = try (0..<5).map { try server.fixture.capture("file-\($0)") }
            let body = Self.sequence(files)
            try await Connection.open(port: server.port) { connection in
                var headers = Self.headers
                headers["Content-Length"] = "\(body.count)"
                try await connection.send("POST", "/batch", headers: headers)
                try await connection.send(Array(body.dropLast(100)))
                guard isHalfClosed else {
                    _ = try await connection.head()
                    return
                }
                connection.finishSending()
                let items = try BatchAnswer.all(in: try await connection.answer().body)
                #expect(items.map(\.status) == [201, 201, 201, 201, 400])
                #expect(HTTPAnswer.problem(items[4].content)?.detail.contains("cut") == true)
            }
            try await eventually("four are registered") {
                server.fixture.ledger.head().size >= 7
            }
            #expect(server.fixture.ledger.head().size == 7)
            for file in files.prefix(4) {
                #expect(try await server.post(file).status == 200)
            }
            #expect(try await server.post(files[4]).status == 201)
        }
    }

    /// What is no byte string ends the batch, after the answers to what came before it.
    @Test(arguments: [[0x01], [0xFF], [0x5F, 0x41, 0x00, 0xFF], [0x58, 0x01, 0x00], [0xA0]])
    func brokenFramingEndsTheBatch(breakage: [UInt8]) async throws {
        try await TestServer.run { server in
            let files = try (0..<2).map { try server.fixture.capture("file-\($0)") }
            let body = Self.sequence([files[0]]) + breakage + Self.sequence([files[1]])
            let answer = try await server.send(
                "POST", "/batch", headers: Self.headers, body: body)
            #expect(try BatchAnswer.all(in: answer.body).map(\.status) == [201, 400])
            #expect(server.fixture.ledger.head().size == 4)
        }
    }

    @Test func gzipWorksBothWays() async throws {
        try await TestServer.run { server in
            let files = try (0..<50).map { try server.fixture.capture("file-\($0)") }
            var headers = Self.headers
            headers["Content-Encoding"] = "gzip"
            headers["Accept-Encoding"] = "gzip"
            let answer = try await server.send(
                "POST", "/batch", headers: headers,
                body: GzipDeflater.deflated(Self.sequence(files)))
            #expect(answer["content-encoding"] == "gzip")
            let items = try BatchAnswer.all(in: try Gunzip.inflated(answer.body))
            #expect(items.map(\.status) == Array(repeating: 201, count: 50))
        }
    }

    @Test func limitsCountInflatedBytes() async throws {
        try await TestServer.run {
            $0.limits.batchBytes = 1 << 20
        } _: { server in
            let file = try server.fixture.capture("a")
            let bomb =
                Self.sequence([file]) + [0x5A, 0x40, 0, 0, 0]
                + [UInt8](repeating: 0, count: 1 << 24)
            var headers = Self.headers
            headers["Content-Encoding"] = "gzip"
            let answer = try await server.send(
                "POST", "/batch", headers: headers, body: GzipDeflater.deflated(bomb))
            let items = try BatchAnswer.all(in: answer.body)
            #expect(items.map(\.status) == [201, 413, 413])
            let plain = try await Connection.open(port: server.port) { connection in
                var headers = Self.headers
                headers["Content-Length"] = "\((1 << 20) + 1)"
                try await connection.send("POST", "/batch", headers: headers)
                return try await connection.answer()
            }
            #expect(plain.status == 413)
        }
    }

    @Test func damagedGzipEndsTheBatch() async throws {
        try await TestServer.run { server in
            var headers = Self.headers
            headers["Content-Encoding"] = "gzip"
            let file = try server.fixture.capture("a")
            let gzip = GzipDeflater.deflated(Self.sequence([file]))
            for body in [Array("no gzip".utf8), Array(gzip.dropLast(4))] {
                let answer = try await server.send(
                    "POST", "/batch", headers: headers, body: body)
                #expect(try BatchAnswer.all(in: answer.body).last?.status == 400)
            }
        }
    }

    @Test func tooManyItemsEndTheBatch() async throws {
        try await TestServer.run {
            $0.limits.batchItems = 10
        } _: { server in
            let files = try (0..<12).map { try server.fixture.capture("file-\($0)") }
            let answer = try await server.send(
                "POST", "/batch", headers: Self.headers, body: Self.sequence(files))
            let items = try BatchAnswer.all(in: answer.body)
            #expect(items.map(\.status) == Array(repeating: 201, count: 10) + [413])
        }
    }

    @Test func otherTypesAndEncodingsAreNotTaken() async throws {
        try await TestServer.run { server in
            for headers in [
                [:], ["Content-Type": "application/cbor"],
                ["Content-Type": "application/cbor-seq", "Content-Encoding": "br"],
            ] {
                let answer = try await server.send("POST", "/batch", headers: headers, body: [])
                #expect(answer.status == 415)
            }
        }
    }
}
