import HTTPCalls
import LedgerClient
import NIOCore
import TestPeer
import TestSupport
import Testing

/// A ledger may refuse a statement when it has seen the head of the request and nothing else.
@Suite struct EarlyRefusalTests {
    /// Where the body of the request was a stream, one of twelve lost its reason.
    private static let rounds = 300

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: [1, 2000, 200_000])
    func aRefusalBeforeTheBodyIsThereKeepsItsReason(byteCount: Int) async throws {
        let problem = #"{"title":"no","detail":"the ledger is closed"}"#
        let server = try await BadServer(
            BadServer.Conduct(
                start: "HTTP/1.1 403 No\r\nContent-Type: application/problem+json\r\n"
                    + "Content-Length: \(problem.utf8.count)\r\nConnection: close\r\n\r\n",
                drip: Array(problem.utf8), drips: 1, pause: .milliseconds(1)))
        let url = try ServiceURL("http://\(server.address)")
        await LedgerClient.with(url, options: .patient) { client in
            for _ in 0..<Self.rounds {
                do throws(CallError) {
                    _ = try await client.register(Array(repeating: 1, count: byteCount))
                    Issue.record("it was answered")
                } catch {
                    let reason = ProblemDetails(
                        status: 403, title: "no", detail: "the ledger is closed")
                    #expect(error == .refused(reason))
                }
            }
        }
    }
}
