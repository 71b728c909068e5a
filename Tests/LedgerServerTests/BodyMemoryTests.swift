import Compression
import Encoding
import Foundation
import LedgerServer
import Testing

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
            $0.limits.bodyMemory = memory
        } _: { server in
            try await body(server)
        }
    }

    /// Registers a statement once there is room again, of which a connection that has ended may
    /// keep some for a moment.
    private static func expectRoom(_ server: TestServer, _ name: String) async throws {
        let statement = CBOR.bytes(try server.fixture.capture(name)).encoded()
        for attempt in 1...100 {
            let answer = try await server.send(
                "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"],
                body: statement)
            if answer.status == 200, try status(answer.body) == 201 { return }
            try #require(attempt < 100, "there is no room any more")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The status of the only answer in `bytes`.
    private static func status(_ bytes: [UInt8]) throws -> UInt64? {
        #expect(ItemLength.of(bytes[...]) == bytes.count)
        return try CBOR.decode(bytes).arrayValue?.first?.unsignedValue
    }

    @Test func aBatchThatFindsNoRoomIsToldToComeAgain() async throws {
        try await Self.run(memory: 1024) { server in
            let answer = try await server.send(
                "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"], body: [])
            #expect(answer.status == 503)
            #expect(answer["retry-after"] != nil)
        }
    }

    @Test(arguments: [false, true])
    func anItemThatFindsNoRoomEndsItsBatch(isGzip: Bool) async throws {
        try await Self.run(memory: 200 << 10) { server in
            try await Connection.open(port: server.port) { connection in
                var headers = Self.headers
                if isGzip { headers["Content-Encoding"] = "gzip" }
                try await connection.send("POST", "/batch", headers: headers)
                #expect(try await connection.head().status == 200)
                let body = Self.unfinishedItem(300_000)
                try await connection.sendChunk(isGzip ? GzipDeflater.deflated(body) : body)
                let answer = try #require(try await connection.chunk())
                #expect(try Self.status(answer) == 503)
            }
            try await Self.expectRoom(server, "after")
        }
    }

    @Test func anUnfinishedBatchTakesTheRoomOfOthersUntilItEnds() async throws {
        try await Self.run(memory: 200 << 10) { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send("POST", "/batch", headers: Self.headers)
                #expect(try await connection.head().status == 200)
                try await connection.sendChunk(Self.unfinishedItem(120_000))
                // It is counted once it has been read.
                let large = [UInt8](repeating: 0, count: 100_000)
                for attempt in 1...100 {
                    let answer = try await server.post(large)
                    if answer.status == 503 {
                        #expect(answer["retry-after"] != nil)
                        break
                    }
                    try #require(attempt < 100, "the batch takes no room")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            try await Self.expectRoom(server, "after")
            #expect(try await server.post([UInt8](repeating: 0, count: 100_000)).status == 400)
        }
    }

    @Test func whatIsAnsweredTakesNoRoom() async throws {
        try await Self.run(memory: 4 << 20) { server in
            // Statements and answers of more than twice the memory.
            for round in 0..<4 {
                let files = try (0..<1_500).map { try server.fixture.capture("\(round)-\($0)") }
                let answer = try await server.send(
                    "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"],
                    body: files.flatMap { CBOR.bytes($0).encoded() })
                var rest = answer.body[...]
                var count = 0
                while !rest.isEmpty {
                    let length = try #require(ItemLength.of(rest))
                    let item = try CBOR.decode(Array(rest.prefix(length)))
                    #expect(item.arrayValue?.first?.unsignedValue == 201)
                    count += 1
                    rest = rest.dropFirst(length)
                }
                #expect(answer.status == 200)
                #expect(count == files.count)
            }
        }
    }
}
