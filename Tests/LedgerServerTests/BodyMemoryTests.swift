import Compression
import Encoding
import Foundation
import HTTPService
import LedgerServer
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// The bodies of all requests share one memory: what has no room is told to come again, and what
/// ends, however it does, gives its room back.
@Suite(.serialized) struct BodyMemoryTests {
    private static let headers = [
        "Content-Type": "application/cbor-seq", "Transfer-Encoding": "chunked",
    ]

    /// All of an item of so many bytes but the last one.
    private static func unfinishedItem(_ count: Int) -> [UInt8] {
        CBOR.bytes([UInt8](repeating: 0xD2, count: count)).encoded().dropLast()
    }

    private static func run(memory: Int, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run {
            $0.service.limits.bodyMemory = memory
        } _: { server in
            try await body(server)
        }
    }

    /// Begins a batch, and expects that its room is there again once its connection has ended.
    private static func runBatch(
        memory: Int, headers: [String: String] = headers, roomAfterwards: Int,
        _ body: (TestServer, Connection) async throws -> Void
    ) async throws {
        try await run(memory: memory) { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send("POST", "/batch", headers: headers)
                #expect(try await connection.head().status == 200)
                try await body(server, connection)
            }
            try await expectRoom(for: roomAfterwards, server)
        }
    }

    /// Expects that a single statement of so many bytes, which is none, is read in the
    /// end: a connection that has ended may keep its room for a moment.
    private static func expectRoom(for count: Int, _ server: TestServer) async throws {
        let rubbish = [UInt8](repeating: 0, count: count)
        try await eventually("there is room again") {
            let answer = try await post(rubbish, server)
            if answer.status == 400 { return true }
            #expect(answer.status == 503)
            #expect(answer["retry-after"] != nil)
            return false
        }
    }

    /// Another client than the one whose batch it is.
    private static func post(_ bytes: [UInt8], _ server: TestServer) async throws -> HTTPAnswer {
        try await server.send(
            "POST", "/entries", headers: ["Content-Type": "application/cose"], body: bytes,
            from: "127.0.0.2")
    }

    @Test func aBatchThatFindsNoRoomIsToldToComeAgain() async throws {
        try await Self.run(memory: 1024) { server in
            let answer = try await server.send(
                "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"], body: [])
            #expect(answer.status == 503)
            #expect(answer["retry-after"] != nil)
        }
    }

    /// What was complete before it is registered all the same.
    @Test(arguments: [false, true])
    func anItemThatFindsNoRoomEndsItsBatch(isGzip: Bool) async throws {
        var headers = Self.headers
        if isGzip { headers["Content-Encoding"] = "gzip" }
        // Of three quarters, a batch has 96 KiB from the start, and one in gzip 208 KiB.
        let memory = isGzip ? 600 << 10 : 320 << 10
        try await Self.runBatch(memory: memory, headers: headers, roomAfterwards: 120_000) {
            server, connection in
            let statements = try (0..<2).map { try server.fixture.capture("file-\($0)") }
            let body =
                statements.flatMap { CBOR.bytes($0).encoded() } + Self.unfinishedItem(300_000)
            try await connection.sendChunk(isGzip ? GzipDeflater.deflated(body) : body)
            var answers: [UInt8] = []
            while let answer = try await connection.chunk() { answers += answer }
            #expect(try BatchAnswer.all(in: answers).map(\.status) == [201, 201, 503])
        }
    }

    /// Single statements have a quarter for themselves.
    @Test func anUnfinishedBatchTakesTheRoomOfOthersUntilItEnds() async throws {
        try await Self.runBatch(memory: 400 << 10, roomAfterwards: 120_000) { server, connection in
            try await connection.sendChunk(Self.unfinishedItem(120_000))
            // It is counted once it has been read.
            let large = [UInt8](repeating: 0, count: 300_000)
            try await eventually("the batch takes room") {
                try await Self.post(large, server).status == 503
            }
            try await Self.expectRoom(for: 60_000, server)
        }
    }

    /// Statements and answers are each more than the memory.
    @Test func whatIsAnsweredTakesNoRoom() async throws {
        try await Self.runBatch(memory: 1200 << 10, roomAfterwards: 300_000) {
            server, connection in
            for round in 0..<20 {
                let files = try (0..<100).map { try server.fixture.capture("\(round)-\($0)") }
                try await connection.sendChunk(files.flatMap { CBOR.bytes($0).encoded() })
                var count = 0
                while count < files.count {
                    let chunk = try #require(try await connection.chunk())
                    let answers = try BatchAnswer.all(in: chunk)
                    #expect(answers.allSatisfy { $0.status == 201 })
                    count += answers.count
                }
            }
            try await connection.send("0\r\n\r\n")
            #expect(try await connection.chunk() == nil)
        }
    }
}
