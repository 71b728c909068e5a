import Encoding
import HTTPService
import LedgerServer
import TestHTTP
import Testing

/// What a request says of whom it is for, and what becomes of one that does not say it.
@Suite(.serialized) struct RequestHeadTests {
    /// Sends a head as it is and returns status and detail.
    private static func send(
        _ head: String, _ server: TestServer
    ) async throws -> (status: Int, detail: String, isClosed: Bool) {
        try await Connection.open(port: server.port) { connection in
            try await connection.send(head + "\r\n\r\n")
            let answer = try await connection.answer()
            let isClosed = answer["connection"] == "close"
            if isClosed { #expect(await connection.isClosed()) }
            return (answer.status, answer.problem?.detail ?? "", isClosed)
        }
    }

    @Test(arguments: [
        "", "Host: a\r\nHost: b", "Host: a\r\nHost: a", "Host: a b", "Host: a/b", "Host: u@a",
        "Host: a:b", "Host: a:80:80", "Host: a:999999", "Host: [::1", "Host: [a]",
        "Host: [1.2.3.4]",
        "Host: [::1]80", "Host: \u{E4}", "Host: a, b", "Host: http://a",
    ])
    func aRequestWithoutOneHostIsRefused(fields: String) async throws {
        try await TestServer.run { server in
            let fields = fields.isEmpty ? "" : "\r\n" + fields
            let answer = try await Self.send("GET /healthz HTTP/1.1" + fields, server)
            #expect(answer.status == 400)
            #expect(answer.detail.hasPrefix("host: must be"))
            #expect(answer.isClosed)
        }
    }

    @Test func everyFormOfAHostIsRead() async throws {
        try await TestServer.run { server in
            for host in [
                "", "a", "a:", "a:80", "EXAMPLE.com.", "[::1]", "[2001:db8::1]:443",
                "1.2.3.4:65535",
                "a-b_c~d%41",
            ] {
                let answer = try await Self.send("GET /healthz HTTP/1.1\r\nHost: \(host)", server)
                #expect(answer.status == 200, "\(host)")
                #expect(!answer.isClosed)
            }
            // Health checks know HTTP/1.0, and no name.
            #expect(try await Self.send("GET /healthz HTTP/1.0", server).status == 200)
            #expect(try await Self.send("GET /healthz HTTP/1.0\r\nHost: a", server).status == 200)
            let two = "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: a"
            #expect(try await Self.send(two, server).status == 400)
        }
    }

    @Test func aTargetIsAPathOrAURI() async throws {
        try await TestServer.run { server in
            for (target, status) in [
                ("/healthz", 200), ("http://ledger.example/healthz", 200),
                ("HTTPS://[::1]:80/healthz", 200), ("http://a?x", 200), ("http://a", 200),
                ("http://a/nowhere", 404), ("http://a/?x", 200), ("/", 200),
                ("http://u@a/healthz", 400), ("http:///healthz", 400), ("ftp://a/healthz", 400),
                ("a:80", 400), ("http://a:x/healthz", 400), ("/healthz#x", 400),
                ("http://a#x", 400),
            ] {
                let head = "GET \(target) HTTP/1.1\r\nHost: b"
                let answer = try await Self.send(head, server)
                #expect(answer.status == status, "\(target)")
            }
            let bare = "GET http://a/healthz HTTP/1.1"
            #expect(try await Self.send(bare, server).status == 400)
        }
    }

    /// RFC 9112 §6.1: what is coded otherwise cannot be read to its end.
    @Test(arguments: ["gzip", "gzip, chunked", "chunked, gzip", "identity", "xchunked", ""])
    func aBodyIsChunkedOrHasALength(coding: String) async throws {
        try await TestServer.run { server in
            let head =
                "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
                + "Transfer-Encoding: \(coding)"
            let answer = try await Self.send(head, server)
            #expect(answer.status == 400)
            #expect(answer.isClosed)
        }
    }

    @Test func whatIsAskedBeforeARequestThatIsNoneIsAnsweredFirst() async throws {
        try await TestServer.run { server in
            for path in ["/checkpoint", "/control"] {
                try await Connection.open(port: server.port) { connection in
                    let good = "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
                    let bad = "GET \(path) HTTP/1.1\r\n\r\n"
                    try await connection.send(good + good + bad + good)
                    for status in [200, 200, 400] {
                        #expect(try await connection.answer().status == status)
                    }
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    // MARK: - HTTP/2

    private static func runHTTP2(
        _ body: (Connection) async throws -> Void
    ) async throws {
        let made = try await ServerCertificate()
        try await TestServer.run {
            $0.service.certificate = made.certificate
        } _: { server in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(Frames.openPreface)
                try await body(connection)
            }
        }
    }

    /// The first bytes of a header block: `:status` 200 and 400 in HPACK's static table.
    private static let (ok, refused): (UInt8, UInt8) = (0x88, 0x8C)

    @Test func anAuthorityAndAHostMustAgree() async throws {
        let start = [(":method", "GET"), (":scheme", "https"), (":path", "/healthz")]
        try await Self.runHTTP2 { connection in
            for (stream, (fields, status)) in [
                ([(":authority", "a")], Self.ok), ([(":authority", "a"), ("host", "a")], Self.ok),
                ([("host", "a")], Self.ok), ([], Self.refused),
                ([(":authority", "a"), ("host", "b")], Self.refused),
                ([("host", "a"), ("host", "b")], Self.refused),
                ([(":authority", "a b")], Self.refused), ([(":authority", "u@a")], Self.refused),
            ].enumerated() {
                let id = 2 * stream + 1
                try await connection.send(Frames.headers(id, start + fields))
                let answer = try await connection.answer(id)
                // Some are none for the library already, and are reset.
                #expect((answer?.status ?? Self.refused) == status, "\(fields)")
            }
        }
    }

    /// Each is malformed (RFC 9113 §8.1.1), on a connection that is as good as before.
    @Test func aMalformedRequestEndsItsStreamAlone() async throws {
        let method = (":method", "GET")
        let scheme = (":scheme", "https")
        let authority = (":authority", "a")
        let path = (":path", "/healthz")
        let malformed: [[(String, String)]] = [
            [method, scheme, authority], [scheme, authority, path], [method, authority, path],
            [method, scheme, authority, path, ("Upper", "x")],
            [method, scheme, authority, path, ("connection", "close")],
            [method, scheme, authority, path, ("te", "gzip")],
            [method, scheme, authority, ("x", "y"), path],
            [method, scheme, authority, path, path],
            [method, scheme, authority, path, (":status", "200")],
            [method, scheme, authority, path, (":other", "x")],
            [(":method", "G T"), scheme, authority, path],
            [method, scheme, authority, path, ("content-length", "5")],
            [method, scheme, authority, path, ("content-length", "x")],
            [method, scheme, authority, path, ("a b", "x")],
        ]
        try await Self.runHTTP2 { connection in
            for (stream, fields) in malformed.enumerated() {
                let (bad, good) = (4 * stream + 1, 4 * stream + 3)
                try await connection.send(Frames.headers(bad, fields))
                try await connection.send(Frames.request(good, "GET", "/healthz"))
                var ended = false
                var answered = false
                while !ended || !answered {
                    let next = try await connection.frame()
                    #expect(next.kind != Frames.Kind.goAway.rawValue, "\(fields)")
                    if next.stream == bad {
                        let isReset = next.kind == Frames.Kind.reset.rawValue
                        if next.kind == Frames.Kind.headers.rawValue {
                            #expect(next.payload.first == Self.refused, "\(fields)")
                        }
                        ended = ended || isReset || next.flags & Frames.endStream != 0
                    }
                    if next.stream == good {
                        if next.kind == Frames.Kind.headers.rawValue {
                            #expect(next.payload.first == Self.ok, "\(fields)")
                        }
                        answered = answered || next.flags & Frames.endStream != 0
                    }
                }
            }
        }
    }

    /// What breaks the connection.
    enum Breakage: CaseIterable {
        case headersOnStream0, dataOnAnIdleStream, aWindowUpdateOf0, tooLargeAFrame, noHPACK
        case noPreface, aContinuationOfNothing

        var bytes: [UInt8] {
            switch self {
            case .headersOnStream0:
                Frames.preface + Frames.frame(.headers, 5, 0, Frames.block())
            case .dataOnAnIdleStream: Frames.preface + Frames.frame(.data, 0, 1, [0])
            case .aWindowUpdateOf0: Frames.preface + Frames.window(0, 0)
            case .tooLargeAFrame:
                Frames.preface + Frames.frame(.ping, 0, 0, [UInt8](repeating: 0, count: 20_000))
            case .noHPACK:
                Frames.preface + Frames.frame(.headers, 5, 1, [UInt8](repeating: 0xFF, count: 6))
            case .noPreface:
                Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                    + [UInt8](repeating: 0, count: 100)
            case .aContinuationOfNothing:
                Frames.preface + Frames.frame(.continuation, 4, 1, Frames.block())
            }
        }
    }

    /// It is said before the connection ends (RFC 9113 §5.4.1).
    @Test(arguments: Breakage.allCases)
    func whatBreaksTheConnectionEndsItWithGOAWAY(breakage: Breakage) async throws {
        let made = try await ServerCertificate()
        try await TestServer.run {
            $0.service.certificate = made.certificate
        } _: { server in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(breakage.bytes)
                #expect(await connection.errorsOfGoAways().contains { $0 != 0 })
            }
        }
    }
}
