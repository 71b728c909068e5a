import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// No answer is lost, whatever way a connection ends and whoever makes the answer.
@Suite(.serialized) struct EndingTests {
    /// The ways in which a connection of HTTP/1 ends.
    enum Ending: CaseIterable, CustomTestStringConvertible {
        case stays, close, closeAmongOthers, old, halfClosed, halfClosedLater, upgrade

        var testDescription: String { "\(self)" }

        var version: String { self == .old ? "1.0" : "1.1" }

        var fields: String {
            switch self {
            case .close: "Connection: close\r\n"
            case .closeAmongOthers: "Connection: x, Close\r\n"
            case .upgrade: "Connection: Upgrade\r\nUpgrade: h2c\r\n"
            default: ""
            }
        }
    }

    /// A request, and what is known about its answer.
    struct Request {
        let words: String
        let method: String
        let path: String
        var fields = ""
        var body: [UInt8] = []
        let status: Int
        /// The answer is the same each time.
        var isSame = true

        var isHead: Bool { method == "HEAD" }

        func bytes(version: String = "1.1", more: String = "") -> [UInt8] {
            let length = body.isEmpty ? "" : "Content-Length: \(body.count)\r\n"
            let head =
                "\(method) \(path) HTTP/\(version)\r\nHost: a\r\n\(fields)\(length)\(more)\r\n"
            return Array(head.utf8) + body
        }
    }

    /// A server whose ledger has entries enough for every way to make an answer, and the requests
    /// that are answered in those ways.
    private static func run(
        tls: [String]? = nil, configure: @escaping (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer, [Request]) async throws -> Void
    ) async throws {
        try await TestServer.run {
            $0.limits.bundleBytes = 100_000
            configure(&$0)
        } _: { server in
            let large = try server.fixture.capture("large", padding: 200_000)
            let files = try (0..<120).map { try server.fixture.capture("file-\($0)") }
            let known = await server.fixture.ledger.register([large] + files)
            #expect(known.count == 121)
            let id = try TransparentStatement(large).statement.id
            let location = "/entries/\(id)"
            let size = server.fixture.ledger.head().size
            let tag = try #require(try await server.send("GET", "/control", tls: tls)["etag"])
            let batch = ("Content-Type: application/cbor-seq\r\n", "Content-Type: text/html\r\n")
            let items = files.flatMap { CBOR.bytes($0).encoded() }
            let cose = "Content-Type: application/cose\r\n"
            try await body(
                server,
                [
                    Request(words: "direct", method: "GET", path: "/checkpoint", status: 200),
                    Request(
                        words: "direct, large", method: "GET", path: location + "/manifest",
                        status: 200),
                    Request(words: "framework", method: "GET", path: "/control", status: 200),
                    Request(
                        words: "list", method: "GET",
                        path: "/threads?iss=\(LedgerFixture.berlin.string)&limit=500", status: 200,
                        isSame: false),
                    Request(
                        words: "bundle", method: "GET", path: "/tile/entries/000.p/\(size)",
                        status: 200),
                    Request(
                        words: "stream", method: "GET", path: "/manifests/000.p/\(size)",
                        status: 200),
                    Request(
                        words: "gzip", method: "GET", path: "/manifests/000.p/\(size)",
                        fields: "Accept-Encoding: gzip\r\n", status: 200),
                    Request(
                        words: "one in a batch", method: "POST", path: "/batch", fields: batch.0,
                        body: CBOR.bytes(files[0]).encoded(), status: 200),
                    Request(
                        words: "batch", method: "POST", path: "/batch", fields: batch.0,
                        body: items, status: 200),
                    Request(
                        words: "statement", method: "POST", path: "/entries", fields: cose,
                        body: files[0], status: 200),
                    Request(
                        words: "refused by its header", method: "POST", path: "/batch",
                        fields: batch.1, body: items, status: 415),
                    Request(
                        words: "refused by its content", method: "POST", path: "/entries",
                        fields: cose, body: [1, 2, 3], status: 400),
                    Request(words: "nothing", method: "GET", path: "/nope", status: 404),
                    Request(
                        words: "head", method: "HEAD", path: "/manifests/000.p/\(size)",
                        status: 200),
                    Request(
                        words: "direct head", method: "HEAD", path: "/tile/0/000.p/3", status: 200),
                    Request(
                        words: "nothing new", method: "GET", path: "/control",
                        fields: "If-None-Match: \(tag)\r\n", status: 304),
                ])
        }
    }

    /// Sends a request on a connection that ends in this way, and expects the whole answer.
    private static func expectAnswer(
        _ request: Request, _ ending: Ending, _ server: TestServer, tls: [String]?,
        _ body: inout [UInt8]?
    ) async throws {
        let words = "\(request.words), \(ending), \(tls == nil ? "plain" : "TLS")"
        let expected = body
        body = try await Connection.open(port: server.port, tls: tls) { connection in
            let isRefused = request.words == "refused by its header"
            // Its connection may end before all of the body is sent.
            try? await connection.send(
                request.bytes(version: ending.version, more: ending.fields))
            if ending == .halfClosed { connection.finishSending() }
            var answer = try await connection.head()
            if ending == .halfClosedLater { connection.finishSending() }
            if ending == .old { #expect(answer["transfer-encoding"] == nil, "\(words)") }
            answer = try await connection.rest(of: answer, isHead: request.isHead)
            #expect(answer.status == request.status, "\(words)")
            if request.isSame, let expected { #expect(answer.body == expected, "\(words)") }
            if ending == .stays, isRefused {
                try await Self.expectEndOrAnswer(connection, words)
            } else if ending == .stays {
                try await connection.send("GET", "/healthz")
                #expect(try await connection.answer().text == "ok\n", "\(words)")
            } else {
                #expect(await connection.isClosed(), "\(words)")
            }
            return answer.body
        }
    }

    @Test(arguments: [nil, ["http/1.1"]] as [[String]?])
    func everyAnswerIsWholeHoweverItsConnectionEnds(tls: [String]?) async throws {
        let made = try await ServerCertificate()
        try await Self.run(tls: tls) {
            if tls != nil { $0.service.certificate = made.certificate }
        } _: { server, requests in
            for request in requests {
                var body: [UInt8]?
                // The race that this is about was lost by one answer in three.
                for ending in Ending.allCases {
                    for _ in 0..<(request.words.contains("batch") ? 12 : 3) {
                        try await Self.expectAnswer(request, ending, server, tls: tls, &body)
                    }
                }
                if request.status == 200, !request.isHead { #expect(body?.isEmpty == false) }
            }
        }
    }

    /// Where all of a body that is not wanted comes before the refusal goes out, the connection may
    /// stay; else it ends, and what is sent on it gets no answer.
    private static func expectEndOrAnswer(_ connection: Connection, _ words: String) async throws {
        try? await connection.send("GET", "/healthz", headers: ["Connection": "close"])
        let rest = (try? await connection.rest()) ?? []
        let text = String(decoding: rest, as: UTF8.self)
        #expect(rest.isEmpty || text.hasPrefix("HTTP/1.1 200 "), "\(words): \(text)")
        #expect(!connection.isTooLate, "\(words)")
    }

    /// A client that reads slowly gets all, also when it has closed its half.
    @Test(arguments: [Ending.close, .old, .halfClosed, .halfClosedLater])
    func aSlowReaderGetsAllOfALargeAnswer(ending: Ending) async throws {
        try await Self.run { server, requests in
            for request in requests where ["direct, large", "stream"].contains(request.words) {
                let whole = try await server.send("GET", request.path).body
                try await Connection.open(port: server.port, receiveBytes: 4096) { connection in
                    try await connection.send(
                        request.bytes(version: ending.version, more: ending.fields))
                    if ending == .halfClosed { connection.finishSending() }
                    let head = try await connection.head()
                    if ending == .halfClosedLater { connection.finishSending() }
                    try await pause(atLeast: .seconds(3))
                    let answer = try await connection.rest(of: head, isHead: false)
                    #expect(answer.body == whole, "\(request.words)")
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func requestsSentAheadOfTheLastAreAllAnsweredAndNoneBehindIt() async throws {
        try await Self.run { server, requests in
            let answered = requests.filter { $0.words != "refused by its header" }
            for ending in [Ending.close, .old, .upgrade, .halfClosed] {
                try await Connection.open(port: server.port) { connection in
                    var sent = answered.flatMap { $0.bytes() }
                    sent += requests[0].bytes(version: ending.version, more: ending.fields)
                    if ending != .halfClosed {
                        // More than one read: nobody may keep it.
                        sent += Array(repeatElement(requests[0].bytes(), count: 500).joined())
                    }
                    try? await connection.send(sent)
                    if ending == .halfClosed { connection.finishSending() }
                    for request in answered {
                        let answer = try await connection.answer(isHead: request.isHead)
                        #expect(answer.status == request.status, "\(request.words), \(ending)")
                    }
                    #expect(try await connection.answer().status == 200, "\(ending)")
                    #expect(await connection.isClosed(), "\(ending)")
                }
            }
        }
    }

    /// The server is told to stop while the client reads.
    @Test(arguments: ["direct, large", "framework", "bundle", "stream", "gzip", "batch"])
    func whatIsUnderWayIsAnsweredWhenTheServerStops(words: String) async throws {
        try await Self.run {
            $0.service.limits.shutdownTime = Patience.bound
        } _: { server, requests in
            let request = try #require(requests.first { $0.words == words })
            let fields = words == "gzip" ? ["Accept-Encoding": "gzip"] : [:]
            let whole =
                request.method == "GET"
                ? try await server.send("GET", request.path, headers: fields).body : nil
            try await Connection.open(port: server.port, receiveBytes: 4096) { connection in
                try await connection.send(request.bytes())
                let head = try await connection.head()
                await server.stop()
                try await pause(atLeast: .milliseconds(500))
                let answer = try await connection.rest(of: head, isHead: false)
                if let whole {
                    #expect(answer.body == whole)
                } else {
                    #expect(try BatchAnswer.all(in: answer.body).count == 120)
                }
                #expect(await connection.isClosed())
            }
        }
    }

    /// How a client of HTTP/2 ends its connection behind its request.
    enum Leaving: CaseIterable {
        case stays, goAway, halfClosed
    }

    @Test(arguments: Leaving.allCases)
    func everyAnswerOverHTTP2IsWhole(leaving: Leaving) async throws {
        let made = try await ServerCertificate()
        try await Self.run(tls: ["http/1.1"]) {
            $0.service.certificate = made.certificate
        } _: { server, requests in
            for request in requests where request.method == "GET" && request.fields.isEmpty {
                var bodies: [[UInt8]] = []
                for _ in 0..<4 {
                    try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                        try await connection.send(
                            Frames.openPreface + Frames.request(1, "GET", request.path)
                                + (leaving == .goAway ? Frames.goAway : []))
                        if leaving == .halfClosed { connection.finishSending() }
                        let answer = try #require(
                            try await connection.answer(1), "\(request.words)")
                        bodies.append(answer.body)
                    }
                }
                #expect(request.isSame ? Set(bodies).count == 1 : true, "\(request.words)")
                #expect(bodies.allSatisfy { !$0.isEmpty }, "\(request.words)")
            }
        }
    }
}
