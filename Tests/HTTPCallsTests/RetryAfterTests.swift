import HTTPCalls
import Synchronization
import TestPeer
import Testing

/// A service that asks to wait is waited for, in whatever form it asks.
@Suite struct RetryAfterTests {
    /// What was asked for and what a caller waits; a date is told by the service's own clock.
    @Test(
        arguments: [
            ("7", nil, .seconds(7)),
            ("0", nil, .milliseconds(1)),
            ("86401", nil, .seconds(86_400)),
            ("99999999999999999999", nil, .seconds(86_400)),
            (
                "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", .seconds(30)
            ),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 2094", .milliseconds(1)),
            ("Sun Nov  6 08:50:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT", .seconds(60)),
            ("Wed, 01 Mar 2000 00:00:09 GMT", "Tue, 29 Feb 2000 23:59:59 GMT", .seconds(10)),
            ("Fri, 01 Jan 2027 00:00:02 GMT", "Thu, 31 Dec 2026 23:59:59 GMT", .seconds(3)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", nil, .milliseconds(1)),
        ] as [(String, String?, Duration)])
    func aWaitIsAsLongAsTheServiceAsks(
        field: String, date: String?, expected: Duration
    ) async throws {
        var fields = ["Retry-After": field]
        if let date { fields["Date"] = date }
        #expect(try await wait(after: fields) == expected)
    }

    /// Our own wait is of at most the first delay.
    @Test(arguments: [
        "soon", "-1", "1.5", "", "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "+5",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    ])
    func whatIsNeitherNumberNorDateIsNoWait(field: String) async throws {
        #expect(try await wait(after: ["Retry-After": field]) < .milliseconds(1))
    }

    /// No wait is longer than the caller grants.
    @Test func aWaitIsNoLongerThanIsGranted() async throws {
        let wait = try await wait(after: ["Retry-After": "3000"]) {
            $0.longestRetryAfter = .seconds(60)
        }
        #expect(wait == .seconds(60))
    }

    /// Whoever is stopped while an answer is under way does not try again, and says no such thing.
    @Test func aCallThatIsStoppedAnnouncesNoWait() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let announced = Mutex(0)
        var options = CallOptions.patient
        options.onRetry = { _, _ in announced.withLock { $0 += 1 } }
        try await StubServer.run { _ in
            arrived.yield()
            return .stalled([])
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: options)
            let call = Task { [caller] in
                try await caller.send(CallRequest("GET", "/", accept: "*/*"), limit: 9).status
            }
            _ = await arrivals.first { _ in true }
            call.cancel()
            await #expect(throws: CallError.self) { try await call.value }
            await caller.close()
        }
        #expect(announced.withLock { $0 } == 0)
    }

    /// Returns how long a caller means to wait after an answer with these fields; it has no time
    /// to do so.
    private func wait(
        after fields: [String: String], _ change: (inout CallOptions) -> Void = { _ in }
    ) async throws -> Duration {
        let (waits, announced) = AsyncStream.makeStream(of: Duration.self)
        var options = CallOptions.patient
        options.tries = 2
        options.firstDelay = .milliseconds(1)
        options.longestRetryAfter = .seconds(100_000)
        options.totalTime = .seconds(1_000_000)
        options.onRetry = { _, wait in announced.yield(wait) }
        change(&options)
        return try await StubServer.run { request in
            .whole(503, fields)
        } _: { server in
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: options)
            let call = Task { [caller] in
                defer { announced.finish() }
                _ = try await caller.send(CallRequest("GET", "/", accept: "*/*"), limit: 9)
            }
            // It is announced before it begins.
            let wait = await waits.first { _ in true }
            call.cancel()
            _ = await call.result
            await caller.close()
            return try #require(wait)
        }
    }
}
