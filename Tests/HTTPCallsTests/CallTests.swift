import Compression
import HTTPCalls
import Synchronization
import TestPeer
import TestSupport
import Testing

/// One call to a service that is scripted: what is asked again, what is not, and what is believed.
@Suite struct CallTests {
    /// Numbers from 1, one for each request.
    private final class Count: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock {
                $0 += 1; return $0
            }
        }
    }

    private static var options: CallOptions {
        var options = CallOptions.patient
        options.firstDelay = .milliseconds(1)
        options.longestDelay = .milliseconds(2)
        options.longestRetryAfter = .milliseconds(2)
        return options
    }

    /// What came of a call.
    private enum Outcome: Equatable {
        case answered(Int, [UInt8])
        case failed(CallError)
    }

    /// Sends one GET to a server with these answers, the last of which is given for ever.
    private static func get(
        _ answers: [StubServer.Answer], limit: Int = 100,
        _ change: (inout CallOptions, inout CallRequest) -> Void = { _, _ in }
    ) async throws -> (outcome: Outcome, requests: [StubServer.Request]) {
        let count = Count()
        var (options, request) = (options, CallRequest("GET", "/a?b", accept: "text/plain"))
        change(&options, &request)
        return try await StubServer.run { _ in
            answers[min(count.next(), answers.count) - 1]
        } _: { server in
            let url = try ServiceURL("http://127.0.0.1:\(server.port)/prefix/")
            let caller = HTTPCaller(url, options: options)
            let outcome: Outcome
            do throws(CallError) {
                let answer = try await caller.send(request, limit: limit)
                outcome = .answered(answer.status, answer.body)
            } catch {
                outcome = .failed(error)
            }
            await caller.close()
            return (outcome, server.requests)
        }
    }

    private static func problem(_ status: Int, _ title: String) -> ProblemDetails {
        ProblemDetails(status: status, title: title, detail: nil)
    }

    @Test(
        arguments: [
            (500, "status 500", nil, "status 500"), (403, "status 403", "no", "status 403: no"),
            (404, "not found", nil, "not found (404)"), (409, "old", "size", "old (409): size"),
        ] as [(Int, String, String?, String)])
    func aStatusIsSaidOnce(status: Int, title: String, detail: String?, words: String) {
        #expect("\(ProblemDetails(status: status, title: title, detail: detail))" == words)
    }

    // MARK: - Trying again

    /// Whoever has no password for it has none a second later.
    @Test func aProxyThatAsksForAPasswordIsAskedOnce() async throws {
        let outcome = try await StubServer.run { _ in
            .whole(407, ["Proxy-Authenticate": "Basic"])
        } _: { server in
            let url = try ServiceURL("https://ledger.example")
            var options = Self.options
            options.proxy = try ProxySettings(
                environment: ["https_proxy": "http://127.0.0.1:\(server.port)"]
            ).proxy(for: url)
            let caller = HTTPCaller(url, options: options)
            var failure: CallError?
            do throws(CallError) {
                _ = try await caller.send(CallRequest("GET", "/", accept: "text/plain"), limit: 9)
            } catch {
                failure = error
            }
            await caller.close()
            return (failure, server.requests.count)
        }
        #expect(outcome.0?.isTransient == false && outcome.1 == 1)
        #expect(outcome.0.map { "\($0)".contains("asks for a user and a password") } == true)
    }

    @Test func aPathIsBelowTheAddressAndTheMediaTypeIsAsked() async throws {
        let (outcome, requests) = try await Self.get([.whole(200, [:], [1, 2])])
        #expect(outcome == .answered(200, [1, 2]))
        #expect(requests.map(\.path) == ["/prefix/a?b"])
        #expect(requests.first?.fields["accept"] == "text/plain")
        #expect(requests.first?.fields["accept-encoding"] == nil)
    }

    @Test(arguments: [500, 502, 503, 429, 408])
    func whatMayPassIsTriedAgain(status: Int) async throws {
        let (outcome, requests) = try await Self.get([
            .whole(status), .broken([]), .whole(status), .whole(201, [:], [7]),
        ])
        #expect(outcome == .answered(201, [7]))
        #expect(requests.count == 4)
    }

    @Test(arguments: [400, 404, 409, 410, 413, 422])
    func aNoIsFinal(status: Int) async throws {
        let (outcome, requests) = try await Self.get([.whole(status), .whole(200)])
        guard case .failed(.refused(let problem)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(problem.status == status)
        #expect(requests.count == 1)
    }

    @Test(arguments: [1, 3])
    func nobodyIsAskedMoreOftenThanThat(tries: Int) async throws {
        let (outcome, requests) = try await Self.get([.whole(503)]) { options, _ in
            options.tries = tries
        }
        #expect(outcome == .failed(.unavailable(Self.problem(503, "unavailable"))))
        #expect(requests.count == tries)
    }

    /// A redirect would take the request to another service.
    @Test(arguments: [301, 302, 303, 307, 308])
    func noRedirectIsFollowed(status: Int) async throws {
        let (outcome, requests) = try await Self.get([
            .whole(status, ["Location": "/elsewhere"]), .whole(200),
        ])
        #expect(outcome == .failed(.unexpected("status \(status), a redirect")))
        #expect(requests.map(\.path) == ["/prefix/a?b"])
    }

    @Test func anotherStatusThanTheOneThatAnswersIsRefused() async throws {
        let (outcome, requests) = try await Self.get([.whole(206, [:], [1])]) { _, request in
            request = CallRequest("GET", "/a", accept: "*/*", status: 200)
        }
        #expect(outcome == .failed(.unexpected("status 206 to GET /a")))
        #expect(requests.count == 1)
    }

    /// Who asks once decides by itself when to ask again, and reads what a refusal says.
    @Test func whoAsksOnceGetsTheRefusalWithItsBodyAndTheWaitThatItAsksFor() async throws {
        let answer = StubServer.Answer.whole(409, ["Retry-After": "7"], Array("13\n".utf8))
        try await StubServer.run { _ in
            answer
        } _: { server in
            let url = try ServiceURL("http://127.0.0.1:\(server.port)")
            let caller = HTTPCaller(url, options: .patient)
            let request = CallRequest("POST", "/a", accept: "*/*", body: [1])
            await #expect(
                throws: CallFailure(
                    .refused(Self.problem(409, "conflict")), retryAfter: .seconds(7),
                    body: Array("13\n".utf8))
            ) { try await caller.sendOnce(request, limit: 100) }
            await caller.close()
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [200, 429, 503])
    func whoAsksOnceAsksOnce(status: Int) async throws {
        try await StubServer.run { _ in
            .whole(status, [:], [7])
        } _: { server in
            let url = try ServiceURL("http://127.0.0.1:\(server.port)")
            let caller = HTTPCaller(url, options: .patient)
            let request = CallRequest("GET", "/a", accept: "*/*")
            let body: [UInt8]?
            do throws(CallFailure) {
                body = try await caller.sendOnce(request, limit: 100).body
            } catch {
                body = nil
            }
            await caller.close()
            #expect(body == (status == 200 ? [7] : nil))
            #expect(server.requests.count == 1)
        }
    }

    // MARK: - Limits

    @Test(arguments: [99, 100, 101, 100_000])
    func anAnswerIsNoLongerThanItsLimit(size: Int) async throws {
        let body = [UInt8](repeating: 7, count: size)
        let (outcome, requests) = try await Self.get([.whole(200, [:], body)])
        #expect(
            outcome
                == (size <= 100
                    ? .answered(200, body)
                    : .failed(.unexpected("an answer of more than 100 bytes"))))
        #expect(requests.count == 1)
    }

    /// Cut off by its length, by a chunk, by a connection that ends at once.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le", "",
    ])
    func aPeerThatStopsInTheMiddleHasNotAnswered(text: String) async throws {
        let half = StubServer.Answer.broken(Array(text.utf8))
        let (outcome, requests) = try await Self.get([half, half, .whole(200, [:], [1])])
        #expect(outcome == .answered(200, [1]))
        #expect(requests.count == 3)
        let (failure, _) = try await Self.get([half]) { options, _ in options.tries = 2 }
        guard case .failed(.unreachable) = failure else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test func whatIsNoHTTPIsNoAnswer() async throws {
        let (outcome, _) = try await Self.get([.broken(Array("220 smtp ready\r\n".utf8))]) {
            options, _ in options.tries = 1
        }
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.isTransient)
    }

    @Test(.timeLimit(.minutes(Patience.minutes))) func silenceEnds() async throws {
        let (outcome, _) = try await Self.get([.stalled([])]) { options, _ in
            options.answerTimeout = .milliseconds(50)
            options.tries = 2
        }
        #expect(outcome == .failed(.unreachable("no answer in time")))
    }

    // MARK: - Encodings

    @Test(arguments: ["gzip", "GZIP", "x-gzip"])
    func anAnswerInGzipIsUnfolded(encoding: String) async throws {
        let body = [UInt8](repeating: 5, count: 90)
        let (outcome, requests) = try await Self.get([
            .whole(200, ["Content-Encoding": encoding], GzipDeflater.deflated(body))
        ]) { _, request in
            request = CallRequest("GET", "/a", accept: "*/*", acceptsGzip: true)
        }
        #expect(outcome == .answered(200, body))
        #expect(requests.first?.fields["accept-encoding"] == "gzip")
    }

    /// A megabyte of zeros is a kilobyte of gzip.
    @Test func whatGzipUnfoldsIsNoLongerThanTheLimit() async throws {
        let body = GzipDeflater.deflated([UInt8](repeating: 0, count: 1 << 20))
        let (outcome, _) = try await Self.get(
            [.whole(200, ["Content-Encoding": "gzip"], body)], limit: 1 << 16)
        #expect(outcome == .failed(.unexpected("an answer of more than \(1 << 16) bytes")))
    }

    @Test(arguments: [("br", [1]), ("gzip, gzip", [1]), ("gzip", [1, 2, 3])])
    func anEncodingThatCannotBeUndoneIsRefused(encoding: String, body: [UInt8]) async throws {
        let (outcome, _) = try await Self.get([
            .whole(200, ["Content-Encoding": encoding], body)
        ])
        guard case .failed(.unexpected) = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func gzipThatEndsInTheMiddleIsRefused() async throws {
        let whole = GzipDeflater.deflated([UInt8](repeating: 5, count: 90))
        let (outcome, _) = try await Self.get([
            .whole(200, ["Content-Encoding": "gzip"], whole.dropLast(3))
        ])
        guard case .failed(.unexpected) = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    // MARK: - Problems

    @Test func aProblemSaysWhatTheServiceSays() async throws {
        let json = Array(#"{"title":"Too old","detail":"size: is 5"}"#.utf8)
        let (outcome, _) = try await Self.get([
            .whole(409, ["Content-Type": "application/problem+json; charset=utf-8"], json)
        ])
        #expect(
            outcome
                == .failed(
                    .refused(ProblemDetails(status: 409, title: "Too old", detail: "size: is 5"))))
        let noProblem = try await Self.get([.whole(409, ["Content-Type": "text/html"], json)])
        #expect(noProblem.outcome == .failed(.refused(Self.problem(409, "conflict"))))
    }

    /// 64 KiB are read of it, and its status counts.
    @Test func aProblemIsNotReadForEver() async throws {
        let body = [UInt8](repeating: 0x20, count: 1 << 20)
        let (outcome, _) = try await Self.get([
            .whole(400, ["Content-Type": "application/problem+json"], body)
        ])
        #expect(outcome == .failed(.refused(Self.problem(400, "rejected"))))
    }

    // MARK: - Going on

    /// Each answer stops after two bytes; what came before is kept, and only the rest is asked
    /// for.
    @Test func aCallGoesOnWhereItBroke() async throws {
        let whole = Array("sevenish".utf8)
        try await StubServer.run { request in
            let rest = whole.dropFirst(Int(request.path.dropFirst()) ?? 0)
            guard rest.count > 2 else { return .whole(200, [:], Array(rest)) }
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(rest.count)\r\n\r\n"
            return .stalled(Array(head.utf8) + rest.prefix(2))
        } _: { server in
            var options = Self.options
            options.answerTimeout = .milliseconds(200)
            // On a machine that is busy a try may end before anything came.
            options.tries = 100
            let caller = HTTPCaller(
                try ServiceURL("http://127.0.0.1:\(server.port)"), options: options)
            var received: [UInt8] = []
            try await caller.call(sending: 0) { time -> CallAttempt<Void> in
                let request = CallRequest("GET", "/\(received.count)", accept: "*/*")
                let answer = await caller.exchange(request, time, into: [UInt8]()) {
                    body, part throws(CallFailure) in body += part
                }
                received += answer.body
                switch answer.status {
                case .success: return .done(())
                case .failure(let failure):
                    return .failed(failure, hasProgress: !answer.body.isEmpty)
                }
            }
            await caller.close()
            #expect(received == whole)
            var places: [String] = []
            for request in server.requests where request.path != places.last {
                places.append(request.path)
            }
            // The last bytes may be there and their end not, on a machine that is busy.
            let inOrder = ["/0", "/2", "/4", "/6", "/8"]
            #expect(places.count >= 4 && places == Array(inOrder.prefix(places.count)))
        }
    }

    /// Part of the work is done with each try: tries are counted from the last progress.
    @Test func aCallThatMovesOnIsGivenMoreTries() async throws {
        let (done, tries) = try await Self.resumed(steps: 6, movingOn: true)
        #expect(done == .answered(0, []))
        #expect(tries == 6)
        let (failed, triesWithout) = try await Self.resumed(steps: 6, movingOn: false)
        #expect(failed == .failed(.unreachable("it broke off")))
        #expect(triesWithout == 3)
    }

    /// Runs a call that is done after some steps, and has three tries.
    private static func resumed(
        steps: Int, movingOn: Bool
    ) async throws -> (Outcome, tries: Int) {
        var options = options
        options.tries = 3
        let caller = HTTPCaller(try ServiceURL("http://127.0.0.1:1"), options: options)
        var tries = 0
        let outcome: Outcome
        do throws(CallError) {
            try await caller.call(sending: 0) { _ -> CallAttempt<Void> in
                tries += 1
                guard tries < steps else { return .done(()) }
                return .failed(CallFailure(.unreachable("it broke off")), hasProgress: movingOn)
            }
            outcome = .answered(0, [])
        } catch {
            outcome = .failed(error)
        }
        await caller.close()
        return (outcome, tries)
    }

    // MARK: - What stands between

    /// A network that wants a log-in answers every address with 200 and its page.
    @Test(arguments: ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"])
    func aPageForPeopleIsNoAnswer(type: String) async throws {
        let (outcome, requests) = try await Self.get([.whole(200, ["Content-Type": type], [60])])
        guard case .failed(.page(let named)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(type.lowercased().hasPrefix(named))
        #expect(requests.count == 1)
    }

    @Test func textIsNoAnswerWhereBytesAreAskedFor() async throws {
        let text = StubServer.Answer.whole(200, ["Content-Type": "text/plain"], [60])
        let (asked, _) = try await Self.get([text]) { _, request in
            request = CallRequest("GET", "/a", accept: "application/cose")
        }
        #expect(asked == .failed(.page("text/plain")))
        #expect(try await Self.get([text]).outcome == .answered(200, [60]))
    }
}
