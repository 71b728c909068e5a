import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// What the event loop answers by itself must not be told from what the framework answers.
@Suite(.serialized) struct DirectAnswersTests {
    private static let cose = "application/cose"

    @Test func answersComeInTheOrderOfTheRequestsWhoeverMakesThem() async throws {
        try await TestServer.run { server in
            let files = try (0..<8).map { try server.fixture.capture("file-\($0)") }
            try await Connection.open(port: server.port) { connection in
                var sent: [UInt8] = []
                for file in files {
                    sent += Self.post(file)
                    // The loop's, the framework's, one that both refuse, and the loop's again.
                    for path in ["/checkpoint", "/control", "/nope", "/healthz"] {
                        sent += Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                    }
                }
                try await connection.send(sent)
                for _ in files {
                    let receipt = try await connection.answer()
                    #expect(receipt.status == 201)
                    #expect(receipt["content-type"] == Self.cose)
                    let checkpoint = try await connection.answer()
                    #expect(checkpoint["content-type"]?.hasPrefix("text/plain") == true)
                    #expect(try await connection.answer()["content-type"] == "application/cbor-seq")
                    #expect(try await connection.answer().status == 404)
                    #expect(try await connection.answer().body == Array("ok\n".utf8))
                }
            }
        }
    }

    @Test func aThousandRequestsSentAheadOfAStatementAreAllAnswered() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            try await Connection.open(port: server.port) { connection in
                let get = Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                try await connection.send(
                    Self.post(file) + Array(repeatElement(get, count: 1000).joined()))
                #expect(try await connection.answer().status == 201)
                for _ in 0..<1000 { #expect(try await connection.answer().status == 200) }
            }
        }
    }

    @Test func aClientThatTakesNoAnswersIsNotAnsweredForEver() async throws {
        try await TestServer.run {
            $0.service.limits.progressTime = .seconds(2)
        } _: { server in
            try await Connection.open(port: server.port, receiveBytes: 65_536) { connection in
                let get = Array("GET /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                let many = Array(repeatElement(get, count: 1000).joined())
                // The server stops reading, then closes. Until then its kernel may hold as much
                // of what is sent as it is set to, which is what 2,500 rounds exceed: 107 MB.
                var rounds = 0
                while rounds < 2500, (try? await connection.send(many)) != nil { rounds += 1 }
                #expect(rounds < 2500)
            }
            // It had answered what the sockets take: the
            // client's has 64 KiB or twice that, its own 4 MiB, and an answer is of 300 bytes.
            let answered = server.log.lines.count { $0.contains("path=/checkpoint ") }
            #expect((1...50_000).contains(answered))
        }
    }

    /// What is sent ahead beyond the limit is not answered, whoever answers the rest.
    @Test(arguments: ["/checkpoint", "/control"], [false, true])
    func tooManyRequestsAheadEndTheConnection(path: String, isAfterStatement: Bool) async throws {
        try await TestServer.run {
            $0.service.limits.aheadBytes = 8 * 704
            $0.service.limits.answersPerTurn = 4
        } _: { server in
            let expected = isAfterStatement ? 7 : 8
            let first = isAfterStatement ? Self.post(try server.fixture.capture("a")) : []
            let get = Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            try await Connection.open(port: server.port) { connection in
                try await connection.send(first + Array(repeatElement(get, count: 20).joined()))
                if isAfterStatement { #expect(try await connection.answer().status == 201) }
                for _ in 0..<expected {
                    #expect(try await connection.answer().status == 200)
                }
                #expect(await connection.isClosed())
            }
        }
    }

    /// A client that closes its half, and takes its answers slowly, gets those that it gets whole.
    @Test func answersBeforeACutAreAllSent() async throws {
        try await TestServer.run {
            $0.service.limits.aheadBytes = 100 * 704
        } _: { server in
            let files = try (0..<250).map { try server.fixture.capture("file-\($0)") }
            let registered = try await server.send(
                "POST", "/batch", headers: ["Content-Type": "application/cbor-seq"],
                body: files.flatMap { CBOR.bytes($0).encoded() })
            #expect(registered.status == 200)
            let size = server.fixture.ledger.head().size
            let get = Array("GET /tile/entries/000.p/\(size) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            try await Connection.open(port: server.port, receiveBytes: 4096) { connection in
                try await connection.send(Array(repeatElement(get, count: 400).joined()))
                connection.finishSending()
                try await pause(atLeast: .seconds(1))
                var answered = 0
                var isLast = false
                while !isLast {
                    let answer = try await connection.answer()
                    #expect(answer.status == 200)
                    isLast = answer["connection"] == "close"
                    answered += 1
                }
                #expect((50..<400).contains(answered))
                #expect(await connection.isClosed())
            }
        }
    }

    /// A long body is read in large pieces, and what follows it in small ones again.
    @Test func aLongBodyIsFollowedByOrdinaryRequests() async throws {
        try await TestServer.run {
            $0.service.limits.aheadBytes = 60 * 704
        } _: { server in
            try await Connection.open(port: server.port) { connection in
                let get = Array("GET /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                for _ in 0..<2 {
                    let long = Self.post([UInt8](repeating: 0, count: 200_000))
                    try await connection.send(long)
                    #expect(try await connection.answer().status == 400)
                    try await connection.send(Array(repeatElement(get, count: 1000).joined()))
                    for _ in 0..<1000 { #expect(try await connection.answer().status == 200) }
                }
            }
        }
    }

    @Test func aRequestSentAheadMayStillBeComing() async throws {
        try await TestServer.run { server in
            let files = try (0..<2).map { try server.fixture.capture("file-\($0)") }
            try await Connection.open(port: server.port) { connection in
                let second = Self.post(files[1])
                try await connection.send(Self.post(files[0]) + second.prefix(300))
                #expect(try await connection.answer().status == 201)
                try await connection.send(Array(second.dropFirst(300)))
                let answer = try await connection.answer()
                #expect(answer.status == 201)
                #expect(answer["connection"] == nil)
            }
        }
    }

    @Test func bytesThatAreNoHTTPDoNotOvertakeAnAnswer() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            try await Connection.open(port: server.port) { connection in
                try await connection.send(Self.post(file) + Array("hello\r\n\r\n".utf8))
                #expect(try await connection.answer().status == 201)
                #expect(try await connection.answer().status == 400)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aClientThatClosedItsHalfGetsWhatTheFrameworkAnswersToo() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            try await Connection.open(port: server.port) { connection in
                let control = Array("GET /control HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                let tiles = Array(
                    repeatElement(
                        Array("GET /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".utf8), count: 200
                    ).joined())
                try await connection.send(Self.post(file) + tiles + control)
                connection.finishSending()
                #expect(try await connection.answer().status == 201)
                for _ in 0..<200 { #expect(try await connection.answer().status == 200) }
                #expect(try await connection.answer()["content-type"] == "application/cbor-seq")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aClientThatClosedItsHalfGetsItsReceipt() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            try await Connection.open(port: server.port) { connection in
                try await connection.send(Self.post(file))
                connection.finishSending()
                #expect(try await connection.answer().status == 201)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test(arguments: [350_000, 400_000])
    func aChunkedStatementIsHeldToItsLimit(byteCount: Int) async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/entries",
                    headers: ["Content-Type": Self.cose, "Transfer-Encoding": "chunked"])
                try await connection.sendChunk(Array(repeating: 0, count: byteCount))
                try? await connection.send("0\r\n\r\n")
                let answer = try await connection.answer()
                #expect(answer.status == (byteCount > 352_256 ? 413 : 400))
            }
        }
    }

    @Test func everyAnswerHasTheDateAndItsLength() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                let format = DateFormatter()
                format.locale = Locale(identifier: "en_US_POSIX")
                format.timeZone = TimeZone(identifier: "GMT")
                format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
                for (method, path) in [("GET", "/checkpoint"), ("HEAD", "/checkpoint")] {
                    let before = Date.now
                    try await connection.send(method, path)
                    let answer = try await connection.answer(isHead: method == "HEAD")
                    let date = try #require(answer["date"].flatMap { format.date(from: $0) })
                    // Of whole seconds, and of the one before where that has just ended.
                    #expect((before.addingTimeInterval(-5)...Date.now).contains(date))
                    #expect(answer["content-length"].flatMap { Int($0) } ?? 0 > 100)
                }
            }
        }
    }

    private static func post(_ file: [UInt8]) -> [UInt8] {
        let head =
            "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: \(cose)\r\n"
            + "Content-Length: \(file.count)\r\n\r\n"
        return Array(head.utf8) + file
    }
}
