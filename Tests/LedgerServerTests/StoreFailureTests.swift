import Ledger
import LedgerServer
import TestHTTP
import Testing
import TestLedger

/// A store that cannot be read: Azul once told its clients "not found", and was believed.
@Suite(.serialized) struct StoreFailureTests {
    @Test func whatCannotBeReadIsNeverCalledAbsent() async throws {
        try await TestServer.run { server in
            let bytes = try server.fixture.capture("a")
            let entry = try #require(try await server.post(bytes)["location"])
            let subject = "/subjects/\(String(repeating: "a", count: 64))"
            let paths = [
                entry, "\(entry)/statement", "\(entry)/transparent", "\(entry)/tlog-proof",
                "\(entry)/manifest", subject, "/threads?iss=\(LedgerFixture.berlin)", "/control",
                "/consistency?from=2", "/heads/2", "/heads/before/9999999999", "/tile/0/000.p/3",
                "/tile/entries/000.p/3",
                "/manifests/000.p/3",
            ]
            for path in paths {
                #expect(try await server.send("GET", path).status == 200, "\(path)")
            }
            // Every read from now on fails, as if the disk were gone.
            server.fixture.ledger.close()
            for path in paths {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 503, "\(path)")
                #expect(answer["retry-after"] != nil, "\(path)")
                #expect(answer["cache-control"] == "no-store", "\(path)")
            }
            // Nor is it new: what might be known is not entered again.
            for statement in [bytes, try server.fixture.capture("b")] {
                let answer = try await server.post(statement)
                #expect(answer.status == 503)
                #expect(answer["retry-after"] != nil)
            }
        }
    }
}
