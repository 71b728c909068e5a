import TestHTTP
import Testing

@Suite(.serialized) struct RequestLogTests {
    @Test func eachRequestIsOneLine() async throws {
        try await TestServer.run { server in
            _ = try await server.send("GET", "/no%0Ape?x=y")
            let lines = server.log.lines.filter { $0.contains("path=/no%0Ape ") }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("status=404") == true)
        }
    }
}
