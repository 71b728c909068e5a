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

/// TLS and HTTP/2, by a client that is not ours.
@Suite(.serialized) struct SecureTests {
    /// Runs `body` with a server that speaks TLS.
    private static func run(
        configure: (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer, ServerCertificate) async throws -> Void
    ) async throws {
        let made = try await ServerCertificate()
        try await TestServer.run {
            $0.service.certificate = made.certificate
            configure(&$0)
        } _: { server in
            try await body(server, made)
        }
    }

    /// curl's arguments for a request, which prints status and version after the body.
    private static func curl(
        _ server: TestServer, _ made: ServerCertificate, _ path: String, _ more: [String] = []
    ) -> [String] {
        [
            "--silent", "--no-buffer", "--max-time", "\(60 * Patience.minutes)", "--cacert",
            made.path,
        ]
            + ["--write-out", "|%{http_code}|%{http_version}|%{content_type}", "--http2"] + more
            + ["https://localhost:\(server.port)\(path)"]
    }

    private static func fetch(
        _ server: TestServer, _ made: ServerCertificate, _ path: String, _ more: String...,
        input: [UInt8] = []
    ) async throws -> String {
        let arguments = curl(server, made, path, more)
        let curl = try RunningProgram("curl", arguments, input: .bytes(input))
        return try await curl.end().output
    }

    /// The header of a batch on stream 1, whose body stays open.
    private static let batch =
        Frames.preface + Frames.post(1, "/batch", "application/cbor-seq")

    /// Sends a statement on stream 1 and expects it to be registered at once.
    private static func exchange(
        _ artifact: String, _ server: TestServer, _ connection: Connection
    ) async throws {
        try await connection.send(Frames.frame(.data, 0, 1, item(server, artifact)))
        let answer = try #require(try await connection.data(1))
        #expect(answer.starts(with: [0x83, 0x18, 201]))
    }

    /// Ends the body of stream 1 and expects the end of the answer.
    private static func end(_ connection: Connection) async throws {
        try await connection.send(Frames.frame(.data, Frames.endStream, 1, []))
        #expect(try await connection.data(1) == nil)
    }

    private static func item(_ server: TestServer, _ artifact: String) throws -> [UInt8] {
        CBOR.bytes(try server.fixture.capture(artifact)).encoded()
    }

    @Test func theProtocolIsTheBestThatBothSpeak() async throws {
        try await Self.run { server, made in
            let note = String(decoding: server.fixture.ledger.head().note, as: UTF8.self)
            for (flags, version) in [
                (["--http2"], "2"), (["--http1.1"], "1.1"), (["--no-alpn"], "1.1"),
                (["--tls-max", "1.2"], "2"),
            ] {
                let arguments = Self.curl(server, made, "/checkpoint", flags)
                let answer = try await Program.run("curl", arguments)
                #expect(answer.status == 0)
                #expect(answer.output.hasPrefix("\(note)|200|\(version)|text/plain"), "\(flags)")
            }
            #expect(try await Self.fetch(server, made, "/", "--tls-max", "1.1").contains("|000|"))
            // Without TLS there is no answer, and nothing else suffers.
            await #expect(throws: (any Error).self) {
                _ = try await server.send("GET", "/healthz")
            }
            #expect(try await Self.fetch(server, made, "/healthz").hasPrefix("ok\n|200|2|"))
        }
    }

    @Test func statementsAreRegisteredOverHTTP2() async throws {
        try await Self.run { server, made in
            let file = try server.fixture.capture("a")
            for status in ["|201|2|application/cose", "|200|2|application/cose"] {
                let answer = try await Self.fetch(
                    server, made, "/prints/entries", "--header", "Content-Type: application/cose",
                    "--data-binary", "@-", input: file)
                #expect(answer.hasSuffix(status))
            }
            let refused = try await Self.fetch(
                server, made, "/entries", "--header", "Content-Type: application/cose", "--header",
                "Accept: application/json", "--data-binary", "@-", input: [1, 2, 3])
            #expect(refused.contains("|400|2|application/problem+json"))
        }
    }

    @Test func answersOfABatchComeWhileItsBodyIsStillBeingSent() async throws {
        try await Self.run { server, _ in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(Self.batch)
                for artifact in ["a", "b", "c"] {
                    try await Self.exchange(artifact, server, connection)
                }
                try await Self.end(connection)
            }
        }
    }

    @Test func aBodyThatNobodyWantsDoesNotHideItsAnswer() async throws {
        try await Self.run { server, made in
            let body = [UInt8](repeating: 0, count: 2 << 20)
            let file = made.folder.url("body")
            try Data(body).write(to: file)
            for (type, status) in [("text/html", "|415|2|"), ("application/cose", "|413|2|")] {
                let answer = try await Self.fetch(
                    server, made, "/entries", "--header", "Content-Type: \(type)", "--header",
                    "Expect:", "--data-binary", "@\(file.path())")
                #expect(answer.contains(status), "\(answer.suffix(60))")
            }
        }
    }

    @Test func aStreamWhoseBodyDripsIsCutOff() async throws {
        try await Self.run {
            $0.service.limits.progressTime = .seconds(1)
        } _: { server, _ in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(
                    Frames.preface + Frames.post(1, "/entries", "application/cose")
                        + Frames.frame(.data, 0, 1, [0]))
                let answer = try #require(try await connection.data(1))
                #expect(String(decoding: answer, as: UTF8.self).contains("Request Timeout"))
                // The stream is over, with NO_ERROR; the connection is as good as before.
                #expect(try await connection.data(1) == nil)
                try await connection.send(Frames.get(3))
                let other = try #require(try await connection.data(3))
                #expect(String(decoding: other, as: UTF8.self).contains("append-only ledger"))
            }
        }
    }

    @Test func streamsBeyondTheLimitAreToldToComeAgain() async throws {
        try await Self.run {
            $0.service.limits.streams = 1
        } _: { server, made in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(Self.batch)
                try await Self.exchange("a", server, connection)
                let answer = try await Self.fetch(server, made, "/healthz", "--dump-header", "-")
                #expect(answer.contains("|503|2|"))
                #expect(answer.contains("retry-after: 1\r\n"))
                try await Self.end(connection)
            }
            #expect(try await Self.fetch(server, made, "/healthz").contains("|200|2|"))
        }
    }

    @Test func aBatchThatIsUnderWayIsAnsweredToItsEnd() async throws {
        try await Self.run {
            $0.service.limits.shutdownTime = Patience.bound
        } _: { server, _ in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(Self.batch)
                try await Self.exchange("a", server, connection)
                await server.stop()
                try await pause(atLeast: .milliseconds(2500))
                try await Self.exchange("b", server, connection)
                try await Self.end(connection)
                #expect(await connection.errorsOfGoAways().allSatisfy { $0 == 0 })
            }
        }
    }

    /// What a client may not do, and what it is told: 11 is ENHANCE_YOUR_CALM (RFC 9113 §7).
    enum Flood: CaseIterable {
        case resets, pings, settings, continuations, largeHeader, emptyData

        var bytes: [UInt8] {
            let numbers = 0..<400
            return switch self {
            case .resets:
                numbers.flatMap {
                    Frames.get(2 * $0 + 1) + Frames.frame(.reset, 0, 2 * $0 + 1, [0, 0, 0, 8])
                }
            case .pings:
                numbers.flatMap { _ in Frames.frame(.ping, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]) }
            case .settings: numbers.flatMap { _ in Frames.frame(.settings, 0, 0, []) }
            case .continuations:
                Frames.frame(.headers, Frames.endStream, 1, Frames.block())
                    + numbers.flatMap { _ in
                        Frames.frame(.continuation, 0, 1, Frames.field([0x61]))
                    }
            case .largeHeader:
                Frames.frame(.headers, Frames.endStream, 1, Frames.block() + largeFields)
                    + Frames.frame(.continuation, Frames.endHeaders, 1, largeFields)
            case .emptyData:
                Frames.frame(.headers, Frames.endHeaders, 1, Frames.block(isPost: true))
                    + numbers.flatMap { _ in Frames.frame(.data, 0, 1, []) }
            }
        }

        private var largeFields: [UInt8] {
            (0..<110).flatMap { _ in Frames.field(Array(repeating: 0x61, count: 100)) }
        }
    }

    @Test(arguments: Flood.allCases)
    func aFloodOfFramesEndsItsConnectionAlone(flood: Flood) async throws {
        try await Self.run { server, made in
            try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                try await connection.send(Frames.preface)
                try? await connection.send(flood.bytes)
                let errors = await connection.errorsOfGoAways()
                #expect(errors.contains { $0 != 0 }, "\(errors)")
            }
            #expect(try await Self.fetch(server, made, "/healthz").hasPrefix("ok\n|200|2|"))
        }
    }

    @Test func whoNeverFinishesTheHandshakeIsCutOff() async throws {
        try await Self.run {
            $0.service.limits.headerTime = .seconds(1)
        } _: { server, _ in
            for bytes in [[], [0x16, 0x03, 0x01, 0x01, 0x00, 0x01]] as [[UInt8]] {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(bytes)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func anIdleHTTP2ConnectionIsToldAndClosed() async throws {
        try await Self.run {
            $0.service.limits.idleTime = .seconds(1)
        } _: { server, _ in
            for requests in 0...1 {
                try await Connection.open(port: server.port, tls: ["h2"]) { connection in
                    try await connection.send(Frames.preface)
                    if requests > 0 { try await connection.send(Frames.get(1)) }
                    #expect(await connection.errorsOfGoAways() == [0, 0])
                }
            }
        }
    }
}
