import Encoding
import Ledger
import LedgerStore
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger

/// While a ledger is not ready nothing says that this copy has all entries: nobody is told that one
/// is not in the log.
@Suite(.serialized) struct UnreadyTests {
    private static let reason = "this folder has 4 entries, but a head of 9 was signed"
    private static let browser = ["Accept": "text/html"]

    @Test func whatIsNotHereIsNotSaidToBeInNoLog() async throws {
        try await TestServer.run(site: true) { server in
            let known = try await server.location(of: "a")
            let unknown = "/prints/entries/\(EntryID(.sha256([1])))"
            let parts = ["", "/statement", "/transparent", "/tlog-proof", "/manifest"]
            for part in parts {
                #expect(try await server.send("GET", unknown + part).status == 404, "\(part)")
            }
            server.fixture.ledger.holdSigning(.oldCopy(Self.reason))
            for part in parts {
                #expect(try await server.send("GET", known + part).status == 200, "\(part)")
                let answer = try await server.send(
                    "GET", unknown + part,
                    headers: ["Accept": "application/problem+json, */*;q=0.1"])
                #expect(answer.status == 503, "\(part)")
                #expect(answer.text.contains(Self.reason), "\(part)")
                // Waiting does not bring an entry back.
                #expect(answer["retry-after"] == nil, "\(part)")
            }
            for path in [unknown, unknown + "/qr.svg", "/find?q=\(EntryID(.sha256([1])))"] {
                let page = try await server.send("GET", path, headers: Self.browser)
                #expect(page.status == 503, "\(path)")
                #expect(page.text.contains("may be missing here"), "\(path)")
            }
            server.fixture.ledger.releaseSigning()
            #expect(try await server.send("GET", unknown).status == 404)
        }
    }

    @Test func thePagesSayThatEntriesMayBeMissing() async throws {
        try await TestServer.run(site: true) { server in
            let digest = Hash.sha256(Array("nobody's".utf8))
            let paths = ["/", "/log", "/find?q=\(digest)"]
            func pages() async throws -> [String] {
                var texts: [String] = []
                for path in paths {
                    texts.append(
                        try await server.send("GET", path, headers: Self.browser).text)
                }
                return texts
            }
            let before = try await pages()
            #expect(!before.contains { $0.contains("entries may be missing") })
            #expect(before[2].contains("No entry of this ledger has it."))
            server.fixture.ledger.holdSigning(.oldCopy(Self.reason))
            let after = try await pages()
            #expect(after.allSatisfy { $0.contains("entries may be missing") })
            #expect(!after[2].contains("No entry of this ledger has it."))
        }
    }
}
