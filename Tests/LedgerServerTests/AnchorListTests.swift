import Anchoring
import Encoding
import Ledger
import LedgerServer
import TestHTTP
import TestLedger
import Testing

/// `GET /anchors`: what others gave about heads (http.md §5).
@Suite(.serialized) struct AnchorListTests {
    private func keep(
        _ kind: AnchorKind, _ url: String, _ state: KeptAnchor.State, time: UInt64,
        in server: TestServer
    ) throws -> UInt64 {
        let log = DatedLog(server.fixture.ledger)
        let input = try #require(try log.newestHeadToDate())
        try log.keep(
            KeptAnchor(
                of: AnchorSource(kind, url: url), about: input, state: state, askedAt: 1,
                time: time, evidence: [1]))
        return input.size
    }

    @Test func theListSaysOfEachHeadWhoGaveWhat() async throws {
        try await TestServer.run { server in
            let none = try await server.send("GET", "/anchors")
            #expect(none.status == 200 && none.body == Array("[]".utf8))
            let first = try keep(
                .openTimestamps, "https://calendar.example", .pending, time: 1_700_000_000,
                in: server)
            _ = try keep(
                .timestamp, "http://time.example:3161/tsr", .complete, time: 1_700_000_001,
                in: server)
            _ = try await server.location(of: "a")
            let second = try keep(
                .openTimestamps, "https://calendar.example", .abandoned, time: 1_700_000_002,
                in: server)
            let list = try await server.send("GET", "/prints/anchors")
            #expect(list["content-type"] == "application/json")
            #expect(list["cache-control"] == "no-cache" && list["link"] == nil)
            let expected: JSON = [
                [
                    "size": .integer(Int64(first)), "type": "rfc3161",
                    "name": "time.example:3161/tsr", "state": "complete",
                    "time": "2023-11-14T22:13:21Z",
                ],
                [
                    "size": .integer(Int64(first)), "type": "opentimestamps",
                    "name": "calendar.example", "state": "pending",
                    "time": "2023-11-14T22:13:20Z",
                ],
                [
                    "size": .integer(Int64(second)), "type": "opentimestamps",
                    "name": "calendar.example", "state": "abandoned",
                    "time": "2023-11-14T22:13:22Z",
                ],
            ]
            #expect(try JSON.decode(list.body) == expected)
            let tag = try #require(list["etag"])
            let again = try await server.send(
                "GET", "/anchors", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            // A proof that becomes complete makes another list.
            _ = try keep(
                .openTimestamps, "https://calendar.example", .complete, time: 1_700_000_003,
                in: server)
            let after = try await server.send(
                "GET", "/anchors", headers: ["If-None-Match": tag])
            #expect(after.status == 200)
        }
    }

    @Test func pagesEndWithAWholeHead() async throws {
        try await TestServer.run { server in
            var sizes: [UInt64] = []
            for name in ["a", "b", "c"] {
                _ = try await server.location(of: name)
                for url in ["http://one.example", "http://two.example"] {
                    sizes.append(try keep(.timestamp, url, .complete, time: 5, in: server))
                }
            }
            var path: String? = "/anchors?limit=1"
            var pages: [[UInt64]] = []
            while let next = path {
                let page = try await server.send("GET", next)
                pages.append(try Self.sizes(page))
                path = page["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(pages.flatMap { $0 } == sizes)
            #expect(pages.map(\.count) == [2, 2, 2])
            let rest = try await server.send("GET", "/anchors?after=\(sizes[1])")
            #expect(try Self.sizes(rest) == Array(sizes[2...]))
            let end = try await server.send("GET", "/anchors?after=9223372036854775807")
            #expect(try Self.sizes(end) == [])
            for bad in ["limit=0", "after=x", "size=1", "limit=1&limit=2"] {
                #expect(try await server.send("GET", "/anchors?\(bad)").status == 400)
            }
        }
    }

    @Test func whatIsOverdueIsALineOfReadiness() async throws {
        try await TestServer.run(configure: { $0.warnings = { ["overdue: rfc3161 by X"] } }) {
            server in
            let answer = try await server.send("GET", "/readyz")
            #expect(answer.status == 200)
            #expect(
                String(decoding: answer.body, as: UTF8.self)
                    == "ready\nwarning: overdue: rfc3161 by X\n")
        }
    }

    private static func sizes(_ answer: HTTPAnswer) throws -> [UInt64] {
        try #require(try JSON.decode(answer.body).array).compactMap { item in
            item["size"]?.integer.flatMap { UInt64(exactly: $0) }
        }
    }
}
