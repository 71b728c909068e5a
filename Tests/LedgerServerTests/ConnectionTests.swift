import Encoding
import Foundation
import HTTPService
import LedgerServer
import Provenance
import Synchronization
import TestHTTP
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct ConnectionTests {
    private static let cose = "application/cose"

    @Test func aClientThatAsksForLeaveGetsItWhenTheBodyIsWanted() async throws {
        try await TestServer.run { server in
            let file = try server.fixture.capture("a")
            for path in ["/entries", "/batch"] {
                let isBatch = path == "/batch"
                let body = isBatch ? CBOR.bytes(file).encoded() : file
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(
                        "POST", path,
                        headers: [
                            "Content-Type": isBatch ? "application/cbor-seq" : Self.cose,
                            "Content-Length": "\(body.count)", "Expect": "100-continue",
                        ])
                    let first = try await connection.head()
                    #expect(first.status == 100)
                    #expect(first["content-length"] == nil)
                    #expect(first["transfer-encoding"] == nil)
                    try await connection.send(body)
                    #expect([200, 201].contains(try await connection.answer().status))
                }
            }
        }
    }

    @Test func aBodyThatIsRefusedByItsHeaderIsNotAskedFor() async throws {
        try await TestServer.run { server in
            for (type, length, status) in [("text/html", 10, 415), (Self.cose, 1 << 24, 413)] {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(
                        "POST", "/entries",
                        headers: [
                            "Content-Type": type, "Content-Length": "\(length)",
                            "Expect": "100-continue",
                        ])
                    let answer = try await connection.answer()
                    #expect(answer.status == status)
                    #expect(answer["connection"] == "close")
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func severalRequestsShareAConnection() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                for _ in 0..<3 {
                    try await connection.send("GET", "/checkpoint")
                    #expect(try await connection.answer().status == 200)
                }
                // Sent ahead, answered in order.
                let file = try server.fixture.capture("a")
                try await connection.send(
                    "POST", "/entries", headers: ["Content-Type": Self.cose], body: file)
                try await connection.send("GET", "/nope")
                try await connection.send("GET", "/healthz")
                #expect(try await connection.answer().status == 201)
                #expect(try await connection.answer().status == 404)
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test func aHeaderThatIsTooLargeIsRefused() async throws {
        try await TestServer.run { server in
            for header in [
                "X-Long: " + String(repeating: "a", count: 17 * 1024) + "\r\n",
                String(repeating: "X-A: b\r\n", count: 200),
            ] {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\(header)\r\n")
                    let answer = try await connection.answer()
                    #expect(answer.status == 431)
                    #expect(answer.problem != nil)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test(
        arguments: [
            "hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        ] as [ShownText])
    func whatIsNoHTTPIsAnsweredAndClosed(bytes: ShownText) async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(bytes.string)
                connection.finishSending()
                let answer = try await connection.answer()
                #expect(answer.status == 400)
                #expect(answer.problem?.title == "Malformed request")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aHeaderThatNeverEndsIsCutOff() async throws {
        try await TestServer.run {
            $0.service.limits.headerTime = .seconds(1)
        } _: { server in
            // A byte now and then does not buy more time.
            try await Connection.open(port: server.port) { connection in
                try await connection.send("GET /healthz HTTP/1.1\r\nX-A: ")
                try await connection.dripping([0x62]) {
                    let answer = try await connection.answer()
                    #expect(answer.status == 408)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func aBodyThatDripsIsCutOff() async throws {
        try await TestServer.run {
            $0.service.limits.progressTime = .seconds(1)
        } _: { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/entries",
                    headers: ["Content-Type": Self.cose, "Content-Length": "100000"])
                try await connection.dripping([0]) {
                    let answer = try await connection.answer()
                    #expect(answer.status == 408)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func anIdleConnectionIsClosedAndABusyOneIsNot() async throws {
        let idleTime = Duration.seconds(4)
        try await TestServer.run {
            $0.service.limits.idleTime = idleTime
        } _: { server in
            let isOver = Mutex(false)
            let idle = Task {
                defer { isOver.withLock { $0 = true } }
                return try await Connection.open(port: server.port) { connection in
                    try await connection.send("GET", "/healthz")
                    #expect(try await connection.answer().status == 200)
                    return await connection.isClosed()
                }
            }
            // Busy for as long as the other idles. Where the machine makes it idle for as long, it
            // begins again.
            while !isOver.withLock({ $0 }) {
                try await Connection.open(port: server.port) { connection in
                    var isOpen = true
                    var last = ContinuousClock.now
                    while isOpen, !isOver.withLock({ $0 }) {
                        let before = last
                        last = .now
                        try? await connection.send("GET", "/healthz")
                        isOpen = (try? await connection.answer().status) == 200
                        #expect(isOpen || .now - before >= idleTime)
                        try await pause(atLeast: .milliseconds(50))
                    }
                    // It idles from here on.
                    #expect(await connection.isClosed())
                }
            }
            #expect(try await idle.value)
        }
    }

    @Test func connectionsBeyondTheLimitWaitForOneToEnd() async throws {
        try await TestServer.run {
            $0.service.limits.connections = 2
        } _: { server in
            let waiting = try await Connection.open(port: server.port) { first in
                try await first.send("GET", "/healthz")
                #expect(try await first.answer().status == 200)
                return try await Connection.open(port: server.port) { second in
                    try await second.send("GET", "/healthz")
                    #expect(try await second.answer().status == 200)
                    return Task { try await server.send("GET", "/healthz").status }
                }
            }
            #expect(try await waiting.value == 200)
        }
    }

    @Test func theLoggedClientIsTheOneThatATrustedProxyNames() async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"]))
        try await TestServer.run {
            $0.service.proxies = proxies
        } _: { server in
            for (field, client) in [
                ("203.0.113.7", "203.0.113.7"), ("1.2.3.4, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
                ("9.9.9.9, 2001:db8:1::5", "9.9.9.9"), ("", "127.0.0.1"),
                ("203.0.113.7:4711", "203.0.113.7"), ("[2001:DB9:0:0::7]:80", "2001:db9::7"),
                ("[2001:db9::7]", "2001:db9::7"), ("\"[2001:db9::7]:4711\"", "2001:db9::7"),
                ("fe80::1%eth0, 10.1.0.1:1", "fe80::1"), ("::ffff:1.2.3.4", "1.2.3.4"),
                ("1.2.3.4, unknown", "127.0.0.1"), ("203.0.113.7, x, 10.1.2.3", "10.1.2.3"),
                ("203.0.113.7:99999", "127.0.0.1"), ("[203.0.113.7]", "127.0.0.1"),
                ("203.0.113.7:", "127.0.0.1"), ("203.0.113.7,", "127.0.0.1"),
            ] {
                let headers = field.isEmpty ? [:] : ["X-Forwarded-For": field]
                _ = try await server.send("GET", "/healthz", headers: headers)
                #expect(server.log.lines.last?.contains("client=\(client) ") == true)
            }
        }
        for bad in [["10.0.0.0/33"], ["x"], ["::1/129"], ["10.0.0"], ["10.0.0.0/8/8"]] {
            #expect(TrustedProxies(bad) == nil)
        }
    }

    @Test(arguments: ["", ":80", "127.0.0.1", "127.0.0.1:65536", "::1:80", "[1.2.3.4]:80", "a:-1"])
    func addressesHaveAHostAndAPort(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
