import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import LedgerStore
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// Whatever is larger than a page is counted, or made while it is sent; and whoever takes it, takes
/// it at a pace of its own.
@Suite(.serialized) struct LargeAnswerTests {
    /// A server with so many entries, each with a manifest of `padding` bytes.
    private static func run(
        _ count: Int, padding: Int, configure: @escaping (inout ServerOptions) -> Void = { _ in },
        _ body: (TestServer, [[UInt8]]) async throws -> Void
    ) async throws {
        try await TestServer.run(configure: configure) { server in
            let files = try (0..<count).map {
                try server.fixture.capture("a-\($0)", title: "A", padding: padding)
            }
            var known = 0
            for start in stride(from: 0, to: files.count, by: 32) {
                let part = Array(files[start..<min(files.count, start + 32)])
                known += await server.fixture.ledger.register(part).count
            }
            #expect(known == count)
            try await body(server, files)
        }
    }

    /// Every path of `openapi.json` that is read, for a ledger of so many entries.
    private static func paths(_ location: String, size: UInt64) throws -> [String] {
        let schemas = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Schemas")
        let data = try Data(contentsOf: schemas.appending(path: "openapi.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let id = location.split(separator: "/").last.map(String.init) ?? ""
        let values = [
            "id": id, "sha256": String(repeating: "0", count: 64), "size": "\(size)", "L": "0",
            "N": "000", "W": "\(min(size, 255))", "kid": "x",
        ]
        return paths.filter { $0.value["get"] != nil }.keys.sorted().map { path in
            var path = path
            for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
            return path.hasSuffix("/threads") || path == "/threads"
                ? path + "?iss=\(LedgerFixture.berlin.string)&limit=500" : path
        }
    }

    /// Where there is no memory for answers, no route gives more than a page: so each that is
    /// larger asks for some.
    @Test func noRouteGivesMoreThanAPageThatIsNotCounted() async throws {
        try await Self.run(253, padding: 20_000) {
            $0.service.limits.bodyMemory = 2
        } _: { server, files in
            let ledger = server.fixture.ledger
            let size = ledger.head().size
            try await eventually("the threads are written") {
                try ledger.thread(.issuer, LedgerFixture.berlin, after: nil, limit: 500).count
                    == 253
            }
            let id = try TransparentStatement(files[0]).statement.id
            let paths = try Self.paths("/entries/\(id)", size: size)
            var counted: [String] = []
            for path in paths + ["/entries/\(id)/manifest", "/tile/0/000.p/100"] {
                for headers in [[:], ["Accept-Encoding": "gzip"]] {
                    let answer = try await server.send("GET", path, headers: headers)
                    #expect(answer.body.count <= 16 * 1024, "\(path)")
                    guard answer.status == 503 else { continue }
                    #expect(answer["retry-after"] != nil)
                    counted.append(path)
                }
                #expect(try await server.send("HEAD", path).status != 503, "\(path)")
            }
            for part in ["/manifests/", "/manifest", "/transparent", "/tile/entries", "/threads"] {
                #expect(counted.contains { $0.contains(part) }, "\(part)")
            }
        }
    }

    @Test func aBundleIsTheSameWholeAndInPieces() async throws {
        try await Self.run(120, padding: 3_000) { server, files in
            let path = "/manifests/000.p/123"
            let whole = try await server.send("GET", path)
            #expect(whole["content-length"] == "\(whole.body.count)")
            #expect(whole.body.count > 300_000)
            let expected = try #require(
                try server.fixture.ledger.manifestBundle(index: 0, width: 123))
            #expect(whole.body == expected)
            for byteLimit in [1, 1_000, 65_536] {
                var pieces = try #require(
                    server.fixture.ledger.manifestPieces(index: 0, width: 123))
                var joined: [UInt8] = []
                while let piece = try pieces.next(byteLimit: byteLimit) {
                    #expect(!piece.isEmpty && piece.count < byteLimit + 8_000)
                    joined += piece
                }
                #expect(joined == expected)
            }
            var controls = server.fixture.ledger.controlPieces()
            var joined: [UInt8] = []
            while let piece = try controls.next(byteLimit: 1) { joined += piece }
            let control = try server.fixture.ledger.control()
            #expect(joined == control)
        }
    }

    @Test func aLargeBundleIsMadeInPieces() async throws {
        try await Self.run(40, padding: 100_000) {
            $0.limits.bundleBytes = 1 << 20
        } _: { server, _ in
            let path = "/manifests/000.p/43"
            let expected = try #require(
                try server.fixture.ledger.manifestBundle(index: 0, width: 43))
            let plain = try await server.send("GET", path)
            #expect(plain["content-length"] == nil)
            #expect(plain["transfer-encoding"] == "chunked")
            #expect(plain.body == expected)
            let tag = try #require(plain["etag"])
            let zipped = try await server.send("GET", path, headers: ["Accept-Encoding": "gzip"])
            #expect(zipped["content-encoding"] == "gzip")
            #expect(try Gunzip.inflated(zipped.body) == expected)
            #expect(zipped["etag"] == tag)
            let known = try await server.send("GET", path, headers: ["If-None-Match": tag])
            #expect(known.status == 304)
            try await Connection.open(port: server.port) { connection in
                try await connection.send("HEAD", path)
                let head = try await connection.answer(isHead: true)
                #expect(head["etag"] == tag && head["transfer-encoding"] == nil)
                try await connection.send("GET", "/healthz")
                #expect(try await connection.answer().text == "ok\n")
            }
            // An entry more is no other bundle; it is of other entries.
            _ = try await server.location(of: "one-more")
            #expect(try await server.send("GET", path)["etag"] == tag)
        }
    }

    private static let progressTime = Duration.seconds(3)

    /// Takes an answer slowly, and never nothing for as long as the server allows; returns it with
    /// the longest time in which it took nothing, or as much as came before it was cut off.
    private static func takeSlowly(
        _ request: [UInt8], from server: TestServer
    ) async throws -> (body: [UInt8], longest: Duration) {
        // The client's kernel has as little as it can.
        try await Connection.open(port: server.port, receiveBytes: 4096) { connection in
            try await connection.send(request)
            _ = try await connection.head()
            var (body, longest): ([UInt8], Duration) = ([], .zero)
            var last = ContinuousClock.now
            // More than twice the time in which it must take something.
            for _ in 0..<40 {
                guard let part = try? await connection.take(20_000) else { break }
                body += part
                try await pause(atLeast: .milliseconds(200))
                longest = max(longest, .now - last)
                last = .now
            }
            body += (try? await connection.rest()) ?? []
            return (body, max(longest, .now - last))
        }
    }

    /// Slower than the whole answer may take, and never idle.
    @Test func whoTakesAnAnswerSlowlyIsNotCutOffAndWhoTakesNothingIs() async throws {
        try await Self.run(60, padding: 100_000) {
            $0.service.limits.progressTime = Self.progressTime
            $0.service.limits.crowdedTime = Self.progressTime
        } _: { server, _ in
            let expected = try #require(
                try server.fixture.ledger.manifestBundle(index: 0, width: 63))
            let request = Array("GET /manifests/000.p/63 HTTP/1.0\r\n\r\n".utf8)
            try await eventually("who takes it slowly has all of it") {
                let (body, longest) = try await Self.takeSlowly(request, from: server)
                // Where the machine was what paused it says nothing.
                #expect(body == expected || longest >= Self.progressTime / 2)
                return body == expected
            }
            try await Connection.open(port: server.port, receiveBytes: 4096) { connection in
                try await connection.send(request)
                _ = try await connection.head()
                try await pause(atLeast: .seconds(10))
                let rest = try? await connection.rest()
                #expect((rest?.count ?? 0) < expected.count)
            }
        }
    }
}
